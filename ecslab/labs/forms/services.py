"""Services: create, scale, roll, delete."""

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

AZ = {"type": "spread", "field": "attribute:ecs.availability-zone"}
BY_MEMORY = {"type": "binpack", "field": "memory"}
BY_CPU = {"type": "binpack", "field": "cpu"}
Template = tuple[str, list[dict[str, str]], list[dict[str, str]]]
TEMPLATES: dict[str, Template] = {
    "none": ("none: AWS's default", [], []),
    "az-spread": ("AZ balanced spread", [AZ, {"type": "spread", "field": "instanceId"}], []),
    "az-binpack": ("AZ balanced binpack", [AZ, BY_MEMORY], []),
    "binpack-memory": ("binpack by memory", [BY_MEMORY], []),
    "binpack-cpu": ("binpack by CPU", [BY_CPU], []),
    "random": ("random", [{"type": "random"}], []),
    "one-per-host": ("one task per host (distinctInstance)", [], [{"type": "distinctInstance"}]),
}
"""The console's placement templates: title, placementStrategy, placementConstraints."""


def _count(label: str, help_text: str, **kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, help_text=help_text, **kwargs)


class CreateService(RequestForm):
    """A service that keeps tasks running."""

    title = "Create service"
    cluster = cluster_field()
    service_name = forms.CharField(
        label="Service name", max_length=300, initial="web", help_text="Unique in its cluster (serviceName)."
    )
    task_definition = task_definition_field()
    desired_count = _count("Desired count", "How many tasks it keeps (desiredCount).", initial=3)
    launch_type = launch_type_field()
    strategy = forms.ChoiceField(
        label="Placement",
        choices=[(name, template[0]) for name, template in TEMPLATES.items()],
        help_text="How instances are chosen; EC2 alone (placementStrategy, placementConstraints).",
    )
    expression = forms.CharField(
        label="memberOf expression",
        required=False,
        max_length=2000,
        help_text="Only instances that match, as attribute:ecs.instance-type =~ t3.* (placementConstraints).",
    )
    minimum = _count("Minimum healthy percent", "The floor of an update (minimumHealthyPercent).", initial=100)
    maximum = _count("Maximum percent", "The ceiling of an update (maximumPercent).", initial=200)

    def to_command(self) -> Call:
        """ecs:CreateService, with Availability Zone rebalancing off."""
        data = self.cleaned_data
        members = {
            "cluster": data["cluster"],
            "serviceName": data["service_name"],
            "taskDefinition": data["task_definition"],
            "desiredCount": data["desired_count"],
            "launchType": data["launch_type"],
            "availabilityZoneRebalancing": "DISABLED",
            "deploymentConfiguration": {"minimumHealthyPercent": data["minimum"], "maximumPercent": data["maximum"]},
            **self._placement(),
            **network_of(self.world, data["task_definition"], data["launch_type"]),
        }
        return "ecs", "CreateService", members

    def _placement(self) -> dict[str, Any]:
        _, strategy, constraints = TEMPLATES[self.cleaned_data["strategy"]]
        expression = self.cleaned_data["expression"]
        if expression:
            constraints = [*constraints, {"type": "memberOf", "expression": expression}]
        told = {"placementStrategy": strategy, "placementConstraints": constraints}
        return {member: value for member, value in told.items() if value}


class UpdateService(RequestForm):
    """A new desired count, a new revision, other limits, or the same tasks anew."""

    title = "Update service"
    cluster = cluster_field()
    service = Pick(
        label="Service",
        help_text="Which one to change (service).",
        nothing="Choose a service; if there is none yet, create one first.",
    )
    desired_count = _count("Desired count", "Leave it empty to keep it (desiredCount).", required=False)
    task_definition = task_definition_field(empty="keep the revision")
    strategy = forms.ChoiceField(
        label="Placement",
        required=False,
        choices=[("", "keep the placement"), *((name, template[0]) for name, template in TEMPLATES.items())],
        help_text="For tasks that are placed or stopped from now on (placementStrategy, placementConstraints).",
    )
    minimum = _count("Minimum healthy percent", "Leave it empty to keep it (minimumHealthyPercent).", required=False)
    maximum = _count("Maximum percent", "Leave it empty to keep it (maximumPercent).", required=False)
    force = forms.BooleanField(
        label="Force a new deployment",
        required=False,
        help_text="Replace the tasks even when nothing else changes (forceNewDeployment).",
    )

    by = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def to_command(self) -> Call:
        """ecs:UpdateService with what is to change: what the service has already is left out."""
        data = self.cleaned_data
        now = self._now()
        if data["by"] and data["desired_count"] is None:
            data["desired_count"] = now.get("desiredCount", 0)
        if data["by"]:
            data["desired_count"] = max(data["desired_count"] + data["by"], 0)
        members: dict[str, Any] = {"cluster": data["cluster"], "service": data["service"]}
        asked = given(data, desiredCount="desired_count", taskDefinition="task_definition")
        members |= {name: value for name, value in asked.items() if value != now.get(name)}
        if data["strategy"]:
            _, members["placementStrategy"], members["placementConstraints"] = TEMPLATES[data["strategy"]]
        limits = given(data, minimumHealthyPercent="minimum", maximumPercent="maximum")
        if limits:
            members["deploymentConfiguration"] = limits
        if data["force"]:
            members["forceNewDeployment"] = True
        return "ecs", "UpdateService", members

    def _now(self) -> dict[str, Any]:
        """What the service has at the moment looked at; nothing when there is no such service."""
        cluster = self.world.clusters.get(self.cleaned_data["cluster"])
        service = self.world.find_service(cluster, self.cleaned_data["service"]) if cluster else None
        if service is None:
            return {}
        revision = self.world.task_definitions[service.primary.task_definition_arn].name
        return {"desiredCount": service.desired_count, "taskDefinition": revision}


class DeleteService(RequestForm):
    """Delete a service and stop its tasks."""

    title = "Delete service"
    cluster = cluster_field()
    service = Pick(
        label="Service",
        help_text="Which one to delete (service).",
        nothing="Choose a service; there is none to delete yet.",
    )
    force = forms.BooleanField(
        label="Even while it wants tasks",
        required=False,
        initial=True,
        help_text="Without it AWS deletes only a service with desiredCount 0 (force).",
    )

    def to_command(self) -> Call:
        """ecs:DeleteService."""
        data = self.cleaned_data
        members: dict[str, Any] = {"cluster": data["cluster"], "service": data["service"]}
        return "ecs", "DeleteService", {**members, "force": True} if data["force"] else members
