"""Tasks on their own: run, stop, and a container that ends by itself."""

from __future__ import annotations

from typing import Any

from django import forms

from ecslab.labs.forms.base import (
    Call,
    Pick,
    RequestForm,
    cluster_field,
    given,
    launch_type_field,
    network_of,
    task_definition_field,
)


class RunTask(RequestForm):
    """Tasks without a service."""

    title = "Run tasks"
    cluster = cluster_field()
    task_definition = task_definition_field()
    count = forms.IntegerField(label="How many", initial=1, help_text="1 to 10 in one call (count).")
    launch_type = launch_type_field()
    task_role = Pick(
        label="Task role for this run",
        empty="that of the revision",
        help_text="In place of the revision's (overrides.taskRoleArn).",
    )
    execution_role = Pick(
        label="Task execution role for this run",
        empty="that of the revision",
        help_text="In place of the revision's (overrides.executionRoleArn).",
    )

    def to_command(self) -> Call:
        """ecs:RunTask."""
        data = self.cleaned_data
        members: dict[str, Any] = {
            "cluster": data["cluster"],
            "taskDefinition": data["task_definition"],
            "count": data["count"],
            "launchType": data["launch_type"],
            **network_of(self.world, data["task_definition"], data["launch_type"]),
        }
        overrides = given(data, taskRoleArn="task_role", executionRoleArn="execution_role")
        return "ecs", "RunTask", {**members, "overrides": overrides} if overrides else members


class StopTask(RequestForm):
    """Stop the task that is looked at."""

    title = "Stop this task"
    cluster = forms.CharField(max_length=300, widget=forms.HiddenInput)
    task = forms.CharField(label="Task", max_length=300, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Reason", required=False, max_length=255, help_text="Shown as the stopped reason (reason)."
    )

    def to_command(self) -> Call:
        """ecs:StopTask."""
        data = self.cleaned_data
        return "ecs", "StopTask", given(data, cluster="cluster", task="task", reason="reason")


class ExitContainer(RequestForm):
    """A program ends by itself."""

    title = "Let its container exit"
    task = forms.CharField(label="Task", max_length=300, widget=forms.HiddenInput)
    container = forms.CharField(
        label="Container",
        required=False,
        max_length=300,
        help_text="Empty takes the first essential one (container).",
    )
    exit_code = forms.IntegerField(
        label="Exit code", initial=1, min_value=0, max_value=255, help_text="0 to 255 (exitCode)."
    )

    def to_command(self) -> Call:
        """lab:ExitContainer."""
        return (
            "lab",
            "ExitContainer",
            given(self.cleaned_data, task="task", container="container", exitCode="exit_code"),
        )
