"""Clusters and the container instances in them."""

from __future__ import annotations

from django import forms

from ecslab.labs.forms.base import Call, Pick, RequestForm, cluster_field, given
from ecslab.scene import words
from ecslab.sim.data.tables import INSTANCE_TYPES
from ecslab.sim.world import World

DEFAULT_TYPE = "t3.medium"
MOST_AT_ONCE = 20


def instance_types() -> list[tuple[str, str]]:
    """Every type the lab knows, with what it has."""
    return [
        (name, f"{name}: {t.vcpus} vCPU, {words.mib(t.registered_memory_mib)}") for name, t in INSTANCE_TYPES.items()
    ]


def usual_type(world: World, cluster: str = "") -> str:
    """The type of the newest instance of a cluster, or a small one where there is none."""
    types = [i.instance_type for i in world.container_instances.values() if cluster in ("", i.cluster_name)]
    return next((name for name in reversed(types) if name in INSTANCE_TYPES), DEFAULT_TYPE)


class CreateCluster(RequestForm):
    """A cluster."""

    title = "Create cluster"
    cluster_name = forms.CharField(
        label="Cluster name",
        max_length=300,
        initial="game",
        help_text="Letters, digits, hyphens and underscores (clusterName).",
    )

    def to_command(self) -> Call:
        """ecs:CreateCluster."""
        return "ecs", "CreateCluster", {"clusterName": self.cleaned_data["cluster_name"]}


class AddInstances(RequestForm):
    """EC2 instances that register to a cluster."""

    title = "Add container instances"
    cluster = cluster_field()
    instance_type = forms.ChoiceField(
        label="Instance type",
        choices=instance_types,
        help_text="What each instance registers for tasks (instanceType).",
    )
    count = forms.IntegerField(
        label="How many",
        initial=3,
        min_value=1,
        max_value=MOST_AT_ONCE,
        help_text=f"1 to {MOST_AT_ONCE} at once (count).",
    )
    zone = Pick(label="Availability Zone", empty="all zones in turn", help_text="Where they are launched (zones).")
    instance_profile = forms.CharField(
        label="Instance profile",
        required=False,
        max_length=300,
        initial="ecsInstanceRole",
        help_text="Carries the container instance IAM role, which the agent uses (instanceProfile).",
    )

    def _prepare(self) -> None:
        super()._prepare()
        self._offer("zone", list(self.world.zones))
        self.fields["instance_type"].initial = usual_type(self.world)

    def to_command(self) -> Call:
        """lab:AddContainerInstances."""
        data = self.cleaned_data
        zones = {"zones": [data["zone"]]} if data["zone"] else {}
        named = given(data, cluster="cluster", instanceType="instance_type", count="count")
        return "lab", "AddContainerInstances", {**named, **zones, **given(data, instanceProfile="instance_profile")}


class FailInstance(RequestForm):
    """A machine dies."""

    title = "Fail this instance"
    instance = forms.CharField(label="Instance", max_length=300, widget=forms.HiddenInput)

    def to_command(self) -> Call:
        """lab:FailInstance."""
        return "lab", "FailInstance", {"instance": self.cleaned_data["instance"]}


class DeleteCluster(RequestForm):
    """Delete an empty cluster."""

    title = "Delete cluster"
    cluster = cluster_field()

    def to_command(self) -> Call:
        """ecs:DeleteCluster."""
        return "ecs", "DeleteCluster", {"cluster": self.cleaned_data["cluster"]}
