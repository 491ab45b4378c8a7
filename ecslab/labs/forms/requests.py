"""The forms of the lab page; each ends in `to_call()`: service, operation, parameters in AWS's words."""

from __future__ import annotations

from typing import Any

from django import forms

from ecslab.aws import importer
from ecslab.sim.data.tables import INSTANCE_TYPES
from ecslab.sim.world import World

Call = tuple[str, str, dict[str, Any]]
AZ = {"type": "spread", "field": "attribute:ecs.availability-zone"}
STRATEGIES: dict[str, tuple[str, list[dict[str, str]], list[dict[str, str]]]] = {
    "default": ("No strategy (AWS's default)", [], []),
    "balanced": ("AZ balanced spread", [AZ, {"type": "spread", "field": "instanceId"}], []),
    "balanced-binpack": ("AZ balanced binpack by memory", [AZ, {"type": "binpack", "field": "memory"}], []),
    "binpack-memory": ("binpack by memory", [{"type": "binpack", "field": "memory"}], []),
    "binpack-cpu": ("binpack by CPU", [{"type": "binpack", "field": "cpu"}], []),
    "random": ("random", [{"type": "random"}], []),
    "one-per-host": ("One task per host (distinctInstance)", [], [{"type": "distinctInstance"}]),
}


class RequestForm(forms.Form):
    """A form that knows what the lab holds at the moment looked at."""

    def __init__(self, *args: Any, world: World, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.world = world
        clusters = [c.name for c in world.clusters.values() if c.status == "ACTIVE"]
        if "cluster" in self.fields:
            self.fields["cluster"].initial = clusters[0] if clusters else "game"
        active = [d for d in world.task_definitions.values() if d.status == "ACTIVE"]
        if "task_definition" in self.fields and active:
            self.fields["task_definition"].initial = active[-1].name

    def to_call(self) -> Call:
        """The request."""
        raise AssertionError("each form says its own request")

    def notes(self) -> tuple[str, ...]:
        """What the learner should know about what was accepted."""
        return ()

    def network(self) -> dict[str, Any]:
        """networkConfiguration for an awsvpc task definition: every default subnet."""
        definition = self.world.find_task_definition(self.cleaned_data["task_definition"])
        if definition is None or definition.network_mode != "awsvpc":
            return {}
        vpc: dict[str, Any] = {"subnets": [s.id for s in self.world.subnets.values() if s.is_default]}
        if self.cleaned_data["launch_type"] == "FARGATE":
            vpc["assignPublicIp"] = "ENABLED"
        return {"networkConfiguration": {"awsvpcConfiguration": vpc}}


def _cluster() -> forms.CharField:
    return forms.CharField(label="Cluster", max_length=255, help_text="The cluster's name.")


def _launch_type() -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Launch type",
        choices=[("EC2", "EC2"), ("FARGATE", "FARGATE")],
        help_text="launchType: on your container instances, or on Fargate without any.",
    )


class CreateCluster(RequestForm):
    """A cluster."""

    cluster_name = forms.CharField(label="Cluster name", max_length=255, initial="game", help_text="clusterName.")

    def to_call(self) -> Call:
        return "ecs", "CreateCluster", {"clusterName": self.cleaned_data["cluster_name"]}


class AddInstances(RequestForm):
    """EC2 capacity."""

    cluster = _cluster()
    instance_type = forms.ChoiceField(
        label="Instance type",
        initial="t3.medium",
        choices=[(name, name) for name in INSTANCE_TYPES],
        help_text="How much CPU and memory each instance registers.",
    )
    count = forms.IntegerField(label="How many", initial=3, min_value=1, max_value=20, help_text="One to twenty.")
    zone = forms.CharField(
        label="Zone", required=False, max_length=20, help_text="Leave it empty to take all zones in turn."
    )

    def to_call(self) -> Call:
        data = self.cleaned_data
        zones = {"zones": [data["zone"]]} if data["zone"] else {}
        wanted = {"cluster": data["cluster"], "instanceType": data["instance_type"], "count": data["count"], **zones}
        return "lab", "AddContainerInstances", wanted


EXAMPLE = """{
  "family": "web",
  "taskRoleArn": "arn:aws:iam::123456789012:role/web-task-role",
  "containerDefinitions": [
    {"name": "web", "image": "web:v1", "cpu": 256, "memoryReservation": 512,
     "portMappings": [{"containerPort": 80, "hostPort": 0}]}
  ]
}"""


class RegisterTaskDefinition(RequestForm):
    """A task definition, as people keep it or as Describe prints it."""

    definition = forms.CharField(
        label="Task definition",
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        initial=EXAMPLE,
        max_length=100_000,
        help_text="JSON or YAML; the output of describe-task-definition works too.",
    )

    def clean_definition(self) -> str:
        text = str(self.cleaned_data["definition"])
        self.imported = importer.read_task_definition(text, "The task definition")
        if self.imported.error:
            raise forms.ValidationError(self.imported.error)
        return text

    def notes(self) -> tuple[str, ...]:
        return importer.judge(self.imported).notes

    def to_call(self) -> Call:
        return "ecs", "RegisterTaskDefinition", dict(self.imported.parameters)


class RunTask(RequestForm):
    """Standalone tasks."""

    cluster = _cluster()
    task_definition = forms.CharField(label="Task definition", max_length=300, help_text="web, or web:1.")
    count = forms.IntegerField(label="How many", initial=1, help_text="count: one to ten in a call.")
    launch_type = _launch_type()
    task_role = forms.CharField(
        label="Task role override",
        required=False,
        max_length=300,
        help_text="overrides.taskRoleArn, for this run alone.",
    )

    def to_call(self) -> Call:
        data = self.cleaned_data
        overrides = {"overrides": {"taskRoleArn": data["task_role"]}} if data["task_role"] else {}
        members = {"cluster": data["cluster"], "taskDefinition": data["task_definition"], "count": data["count"]}
        return "ecs", "RunTask", {**members, "launchType": data["launch_type"], **self.network(), **overrides}


class CreateService(RequestForm):
    """A service that keeps tasks running."""

    cluster = _cluster()
    service_name = forms.CharField(label="Service name", initial="web", max_length=255, help_text="serviceName.")
    task_definition = forms.CharField(label="Task definition", max_length=300, help_text="web, or web:1.")
    desired_count = forms.IntegerField(label="Desired count", initial=3, help_text="desiredCount: tasks to keep.")
    launch_type = _launch_type()
    strategy = forms.ChoiceField(
        label="Placement",
        choices=[(key, value[0]) for key, value in STRATEGIES.items()],
        help_text="placementStrategy and placementConstraints; EC2 alone has them.",
    )
    minimum = forms.IntegerField(
        label="Minimum healthy percent", initial=100, help_text="minimumHealthyPercent: the floor of an update."
    )
    maximum = forms.IntegerField(label="Maximum percent", initial=200, help_text="maximumPercent: its ceiling.")

    def to_call(self) -> Call:
        data = self.cleaned_data
        _, strategy, constraints = STRATEGIES[data["strategy"]]
        placement: dict[str, Any] = {"placementStrategy": strategy} if strategy else {}
        placement |= {"placementConstraints": constraints} if constraints else {}
        return (
            "ecs",
            "CreateService",
            {
                "cluster": data["cluster"],
                "serviceName": data["service_name"],
                "taskDefinition": data["task_definition"],
                "desiredCount": data["desired_count"],
                "launchType": data["launch_type"],
                "availabilityZoneRebalancing": "DISABLED",
                "deploymentConfiguration": {
                    "minimumHealthyPercent": data["minimum"],
                    "maximumPercent": data["maximum"],
                },
                **placement,
                **self.network(),
            },
        )


class UpdateService(RequestForm):
    """A new desired count or a new revision."""

    cluster = _cluster()
    service = forms.CharField(label="Service", initial="web", max_length=255, help_text="The service's name.")
    desired_count = forms.IntegerField(label="Desired count", required=False, help_text="Leave it empty to keep it.")
    task_definition = forms.CharField(
        label="New task definition", required=False, max_length=300, help_text="Leave it empty to keep the revision."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["task_definition"].initial = ""

    def to_call(self) -> Call:
        data = self.cleaned_data
        members: dict[str, Any] = {"cluster": data["cluster"], "service": data["service"]}
        if data["desired_count"] is not None:
            members["desiredCount"] = data["desired_count"]
        if data["task_definition"]:
            members["taskDefinition"] = data["task_definition"]
        return "ecs", "UpdateService", members


class StopTask(RequestForm):
    """Stop one task."""

    cluster = _cluster()
    task = forms.CharField(label="Task", max_length=300, help_text="Its id, from the map or the table.")

    def to_call(self) -> Call:
        return "ecs", "StopTask", {"cluster": self.cleaned_data["cluster"], "task": self.cleaned_data["task"]}


class FailInstance(RequestForm):
    """A machine dies."""

    instance = forms.CharField(label="Instance", max_length=300, help_text="Its EC2 instance id.")

    def to_call(self) -> Call:
        return "lab", "FailInstance", {"instance": self.cleaned_data["instance"]}


FORMS: dict[str, tuple[str, type[RequestForm]]] = {
    "create-cluster": ("Create a cluster", CreateCluster),
    "add-instances": ("Add container instances", AddInstances),
    "register-task-definition": ("Register a task definition", RegisterTaskDefinition),
    "create-service": ("Create a service", CreateService),
    "update-service": ("Scale or update a service", UpdateService),
    "run-task": ("Run tasks", RunTask),
    "stop-task": ("Stop a task", StopTask),
    "fail-instance": ("Fail an instance", FailInstance),
}
