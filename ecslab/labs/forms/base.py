"""What the forms of a lab share: the world that they are filled in for, and fields that offer what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from ecslab.sim.rules.iam.roles import TASKS_SERVICE, trusts
from ecslab.sim.world import World

Call = tuple[str, str, dict[str, Any]]
"""Service, operation and parameters in AWS's own words."""

MAX_NAME = 300


class Pick(forms.CharField):
    """A choice among what the lab holds; anything may be sent, and the lab answers to it as AWS would."""

    widget = forms.Select

    def __init__(self, *, nothing: str = "", empty: str | None = None, **kwargs: Any) -> None:
        """`nothing` is what to do first when there is nothing to choose, `empty` the words of an empty choice."""
        required = empty is None
        messages = {"required": nothing or "Choose one; the list is empty until there is something to choose."}
        super().__init__(required=required, max_length=MAX_NAME, error_messages=messages, **kwargs)
        self.empty = empty

    def offer(self, names: list[str], typed: str | None) -> None:
        """Fill the list, and keep what was sent even when it is none of it."""
        if typed and typed not in names:
            names = [*names, typed]
        head = [] if self.empty is None else [("", self.empty)]
        self.widget.choices = [*head, *((name, name) for name in names)]


class RequestForm(forms.Form):
    """A form that becomes one request of a lab."""

    title: ClassVar[str]
    """What it does, on its button too."""
    now: ClassVar[str] = ""
    """What it concerns, in a word beside its name."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, world: World, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.world = world
        self._prepare()

    def _prepare(self) -> None:
        """Offer what the lab holds."""
        clusters = [c.name for c in self.world.clusters.values() if c.status == "ACTIVE"]
        self._offer("cluster", clusters)
        revisions = [d.name for d in self.world.task_definitions.values() if d.status == "ACTIVE"]
        self._offer("task_definition", revisions[::-1])
        of_tasks = [r.arn for r in self.world.roles.values() if trusts(self.world, r, TASKS_SERVICE)]
        self._offer("task_role", of_tasks)
        self._offer("execution_role", of_tasks)
        self._offer("service", [s.name for s in self.world.services.values() if s.status == "ACTIVE"])

    def _offer(self, name: str, names: list[str]) -> None:
        field = self.fields.get(name)
        if isinstance(field, Pick):
            typed = self.data.get(self.add_prefix(name)) if self.is_bound else self.initial.get(name)
            field.offer(list(dict.fromkeys(names)), typed)

    def to_command(self) -> Call:
        """The request."""
        raise NotImplementedError(f"{type(self).__name__} does not say its request")

    def notes(self) -> tuple[str, ...]:
        """What to know about a request that was accepted."""
        return ()


def cluster_field() -> Pick:
    """The cluster to act in."""
    return Pick(
        label="Cluster",
        help_text="Where the call acts (cluster).",
        nothing="Choose a cluster; if there is none yet, create one first.",
    )


def task_definition_field(**kwargs: Any) -> Pick:
    """The revision to run."""
    return Pick(
        label="Task definition",
        help_text="Family and revision to run (taskDefinition).",
        nothing="Choose a task definition; if there is none yet, register one first.",
        **kwargs,
    )


def launch_type_field() -> forms.ChoiceField:
    """EC2 or FARGATE."""
    return forms.ChoiceField(
        label="Launch type",
        choices=[("EC2", "EC2"), ("FARGATE", "FARGATE")],
        help_text="On your container instances, or on Fargate without any (launchType).",
    )


def network_of(world: World, task_definition: str, launch_type: str) -> dict[str, Any]:
    """networkConfiguration for a revision in network mode awsvpc: every default subnet; nothing for other modes."""
    definition = world.find_task_definition(task_definition)
    if definition is None or definition.network_mode != "awsvpc":
        return {}
    vpc: dict[str, Any] = {"subnets": [s.id for s in world.subnets.values() if s.is_default]}
    if launch_type == "FARGATE":
        vpc["assignPublicIp"] = "ENABLED"
    return {"networkConfiguration": {"awsvpcConfiguration": vpc}}


def given(cleaned: Mapping[str, Any], **members: str) -> dict[str, Any]:
    """Members of a request for the fields that were filled in: member name to field name."""
    return {member: cleaned[field] for member, field in members.items() if cleaned[field] not in (None, "")}
