"""The map with its links, and its text twin."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from ecslab.labs.panels.address import Address
from ecslab.scene import svg, table, words
from ecslab.scene.stage import stage
from ecslab.sim.world import World


@dataclass(frozen=True, slots=True)
class MapPanel:
    """The drawing, the same as a table, and how much there is."""

    drawing: SafeString
    headings: tuple[str, ...]
    rows: list[table.Row]
    counts: str
    is_empty: bool


def map_panel(world: World, address: Address, *, may_change: bool) -> MapPanel:
    """The map of a world; empty places are drawn for who may add an instance there."""
    drawn = stage(world, selected=selected_arn(world, address), has_places=may_change)

    def task(arn: str) -> str:
        return address.link(task=arn.rpartition("/")[2], instance="") + "#inspector"

    def instance(arn: str) -> str:
        return address.link(instance=arn.rpartition("/")[2], task="") + "#inspector"

    def add(cluster: str, zone: str) -> str:
        return address.link(form="add-instances", cluster=cluster, zone=zone, count=1) + "#add-instances"

    drawing = svg.draw(drawn, svg.Links(task, instance, add if may_change else None))
    return MapPanel(
        mark_safe(drawing),  # every word in it has been escaped
        table.HEADINGS,
        table.table(drawn),
        counts(world),
        not any(cluster.status == "ACTIVE" for cluster in world.clusters.values()),
    )


def selected_arn(world: World, address: Address) -> str | None:
    """The ARN of the task or instance that the address names."""
    if address.task:
        return next((t.arn for t in world.tasks.values() if address.task in (t.id, t.arn)), None)
    found = world.find_instance(address.instance) if address.instance else None
    return found.arn if found else None


def counts(world: World) -> str:
    """How many instances and tasks there are."""
    instances = sum(1 for i in world.container_instances.values() if i.status != "INACTIVE")
    tasks = sum(1 for t in world.tasks.values() if t.last_status != "STOPPED")
    return f"{world.start.region} · {words.plural(instances, 'instance')} · {words.plural(tasks, 'task')}"
