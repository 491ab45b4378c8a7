"""A stage as SVG, by plain string building with every word escaped.

Colours come from style sheets alone, by class. Tasks, instances and empty places are links: the map works without
scripts and by keyboard. What moves has a `transform` and keeps its id.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ecslab.scene import layout, words
from ecslab.scene.boxes import (
    AddPlace,
    Box,
    ClusterPicture,
    FargateLane,
    InstanceCard,
    LegendItem,
    Stage,
    SubnetLine,
    ZoneColumn,
)
from ecslab.scene.layout import PAD, TEXT_LARGE, fit, text_width
from ecslab.scene.svg_tasks import rect, safe, task_block, text

MUTED = "map__text map__text--muted"
BAD = "map__text map__text--bad"


@dataclass(frozen=True, slots=True)
class Links:
    """Where the things of a map lead: a task by ARN, an instance by ARN, an empty place by cluster and zone."""

    task: Callable[[str], str]
    instance: Callable[[str], str]
    add: Callable[[str, str], str] | None = None


def draw(stage: Stage, links: Links) -> str:
    """The whole map as one svg element. `links.add` None leaves the empty places out, for who may only look."""
    if not stage.clusters:
        return (
            '<svg id="map" class="map" viewBox="0 0 824 96" role="group" aria-label="Map: no cluster yet">'
            f"{rect(Box(0, 0, 824, 96), 'map__zone', 10)}"
            f"{text(412, 52, 'There is no cluster yet.', 'map__text map__text--muted map__text--middle')}</svg>"
        )
    names = ", ".join(cluster.name for cluster in stage.clusters)
    classes = "map" if stage.width <= layout.WIDTH_SIDE_BY_SIDE else "map map--wide"
    parts = [
        f'<svg id="map" class="{classes}" viewBox="-2 -2 {stage.width + 4} {stage.height + 4}" role="group"'
        f' aria-label="{safe(f"Map of {names}: block heights to scale by {_resource(stage)}")}">',
        _patterns(),
    ]
    parts += [_cluster(cluster, links) for cluster in stage.clusters]
    parts.append("</svg>")
    return "".join(parts)


def _resource(stage: Stage) -> str:
    return "reserved memory" if stage.scale_by == "memory" else "reserved CPU"


def _patterns() -> str:
    hatches = "".join(
        f'<pattern id="map-hatch-{n}" width="6" height="6" patternUnits="userSpaceOnUse"'
        f' patternTransform="rotate(45)"><path class="map__hatch service-{n}" d="M1.5 0V6"/></pattern>'
        for n in range(1, 9)
    )
    stripes = (
        '<pattern id="map-stripes" width="10" height="10" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(-45)"><path class="map__stripe" d="M2 0V10"/></pattern>'
    )
    return f"<defs>{hatches}{stripes}</defs>"


def _cluster(cluster: ClusterPicture, links: Links) -> str:
    box = cluster.box
    room = box.width - text_width(cluster.summary) - 80
    inner = [
        text(box.x, box.y + 16, fit(cluster.name, room, TEXT_LARGE), "map__title"),
        text(box.right, box.y + 16, cluster.summary, "map__text map__text--muted map__text--end"),
        *(_legend_item(item) for item in cluster.legend),
        *(_zone(zone, links) for zone in cluster.zones),
    ]
    label = f"Cluster {cluster.name}: {cluster.summary}"
    return _group(cluster.id, "map__cluster", label, "".join(inner))


def _group(id_: str, classes: str, label: str, inner: str) -> str:
    return f'<g id="{safe(id_)}" class="{classes}" role="group" aria-label="{safe(label)}">{inner}</g>'


def _legend_item(item: LegendItem) -> str:
    box = item.box
    warning = f'<tspan class="map__warning" dx="6">{safe(item.warning)}</tspan>' if item.warning else ""
    swatch = rect(Box(box.x, box.y + 4, 12, 12), f"map__swatch service-{item.colour}", 3)
    line = (
        f'<text x="{box.x + 18}" y="{box.y + 14}" class="map__text">'
        f'<tspan class="map__strong">{safe(item.name)}</tspan>'
        f'<tspan class="map__quiet" dx="6">{safe(" · ".join(filter(None, (item.counts, item.role))))}</tspan>'
        f"{warning}</text>"
    )
    return f'<g id="{safe(item.id)}">{swatch}{line}</g>'


def _zone(zone: ZoneColumn, links: Links) -> str:
    box = zone.box
    left, right = box.x + PAD + 2, box.right - PAD - 2
    inner = [
        rect(box, "map__zone", 10),
        text(left, box.y + 21, fit(zone.name, box.width - 100, TEXT_LARGE), "map__title"),
        *_under_zone_name(zone, left, right),
        *(_card(card, links) for card in zone.cards),
        _add(zone.add, links, zone) if zone.add else _nothing(zone),
        _lane(zone.lane, links) if zone.lane else "",
    ]
    return _group(zone.id, "map__column", f"Availability Zone {zone.name}: {zone.summary}", "".join(inner))


def _under_zone_name(zone: ZoneColumn, left: int, right: int) -> list[str]:
    """The subnets of a zone: one beside the zone's name and below it, several in a line each."""
    top = zone.box.y + 21
    count, muted = text(right, top, zone.summary, f"{MUTED} map__text--end"), f"{MUTED} map__text--end"
    if len(zone.subnets) != 1:
        lines = enumerate(zone.subnets)
        return [count, *(_subnet(line, left, right, top + 17 + number * layout.LINE) for number, line in lines)]
    line = zone.subnets[0]
    has_room = text_width(line.free) + text_width(zone.summary) + layout.GAP <= right - left
    return [
        text(right, top, line.cidr, muted),
        text(left, top + 17, line.free, BAD if line.is_full else MUTED),
        text(right, top + 17, zone.summary if has_room else "", muted),
    ]


def _subnet(line: SubnetLine, left: int, right: int, y: int) -> str:
    room = right - left - text_width(line.cidr) - 8
    free = line.free if text_width(line.free) <= room else fit(line.free_short, room)
    return (
        f"<g><title>{safe(f'Subnet {line.id}, {line.cidr}: {line.free}')}</title>"
        f"{text(left, y, line.cidr, 'map__text map__text--muted')}"
        f"{text(right, y, free, f'{BAD if line.is_full else MUTED} map__text--end')}</g>"
    )


def _card(card: InstanceCard, links: Links) -> str:
    box, slot = card.box, card.slot
    classes = "instance instance--out" if card.state else "instance"
    inner = [
        _card_head(card, links),
        rect(slot, "instance__slot", 4),
        rect(slot, "instance__stripes", 4, fill="map-stripes") if card.state else "",
        rect(card.bar, "instance__bar", 4),
        rect(_filled(card), "instance__bar-fill", 3) if card.bar_fill else "",
        _free(card),
        *(task_block(block, links.task) for block in card.blocks),
        _card_foot(card),
        rect(Box(box.x - 1, box.y - 1, box.width + 2, box.height + 2), "map__selected", 9) if card.is_selected else "",
    ]
    state = f", {card.state}" if card.state else ""
    label = (
        f"Container instance {card.ec2_instance_id}, {card.instance_type}{state}: {card.memory}, {card.cpu} reserved"
    )
    return _group(card.id, classes, label, "".join(inner))


def _filled(card: InstanceCard) -> Box:
    return Box(card.bar.x, card.bar.bottom - card.bar_fill, card.bar.width, card.bar_fill)


def _card_head(card: InstanceCard, links: Links) -> str:
    """The frame and the words above the slot: a link to the instance."""
    box, room = card.box, card.box.width - 2 * PAD
    left, right = box.x + PAD, box.right - PAD
    short = words.short_id(card.ec2_instance_id)
    if text_width(card.instance_type, strong=True) + text_width(short) + 4 > room:
        short = short.partition("-")[2]
    lines = [
        text(
            left,
            box.y + 19,
            fit(card.instance_type, room - text_width(short) - 4, strong=True),
            "map__text map__strong",
        ),
        text(right, box.y + 19, short, "map__text map__text--muted map__text--end"),
        text(left, box.y + 35, fit(_role_words(card), room), "map__text map__text--muted"),
    ]
    if card.state:
        wordings = (card.state, card.state.replace("agent ", ""))
        state = next((each for each in wordings if text_width(each, strong=True) <= room), fit(wordings[-1], room))
        lines.append(text(left, box.y + 53, state, "map__text map__warning"))
    detail = [card.ec2_instance_id, f"instance role: {card.role}", card.enis, card.state, card.scale_note]
    current = ' aria-current="true"' if card.is_selected else ""
    label = f"{card.instance_type} {card.ec2_instance_id}"
    return (
        f'<a id="{safe(card.id)}-link" class="instance__link" href="{safe(links.instance(card.arn))}"'
        f' aria-label="{safe(label)}"{current}><title>{safe(". ".join(filter(None, detail)))}</title>'
        f"{rect(box, 'instance__box', 8)}{''.join(lines)}</a>"
    )


def _role_words(card: InstanceCard) -> str:
    if card.role == "none":
        return "no instance role"
    wide = f"instance role {card.role}"
    return wide if text_width(wide) <= card.box.width - 2 * PAD else card.role


def _free(card: InstanceCard) -> str:
    """The words for the room that is left: in the middle of the slot, or where its labels begin."""
    box = card.free_box
    if box is None or text_width(card.free) > box.width:
        return ""
    if box.x == card.slot.x:
        y = box.y + box.height // 2 + 4
        return text(box.x + box.width // 2, y, card.free, f"{MUTED} map__text--middle")
    return text(box.x, box.y + 12, card.free, MUTED)


def _card_foot(card: InstanceCard) -> str:
    y = card.slot.bottom + 15
    return _figure(card, y, "Memory", (card.memory,)) + _figure(
        card, y + layout.LINE, "CPU", (card.cpu, card.cpu_short)
    )


def _figure(card: InstanceCard, y: int, name: str, figures: tuple[str, ...]) -> str:
    """What is reserved of what there is: the name where there is room for both, the shorter figure if it has to be."""
    left, right = card.box.x + PAD, card.box.right - PAD
    room = right - left
    figure = next((each for each in figures if text_width(each) <= room), figures[-1])
    has_name = text_width(name) + text_width(figure) + 8 <= room
    return (text(left, y, name, MUTED) if has_name else "") + text(
        right, y, figure, "map__text map__text--end map__number"
    )


def _add(place: AddPlace, links: Links, zone: ZoneColumn) -> str:
    if links.add is None:
        return ""
    box = place.box
    is_empty = not zone.cards and box.height >= layout.ADD_HEIGHT_ALONE
    middle, y = box.x + box.width // 2, box.y + box.height // 2
    empty = text(middle, y - 10, f"No instance in {place.zone}", f"{MUTED} map__text--middle")
    line = text(middle, y + (12 if is_empty else 4), "+ Add an instance", "map__text map__add-text map__text--middle")
    return (
        f'<a id="{safe(place.id)}" class="map__add" href="{safe(links.add(place.cluster, place.zone))}"'
        f' data-cluster="{safe(place.cluster)}" data-zone="{safe(place.zone)}"'
        f' aria-label="{safe(f"Add an instance to {place.cluster} in {place.zone}")}">'
        f"{rect(box, 'map__add-box', 8)}{empty if is_empty else ''}{line}</a>"
    )


def _nothing(zone: ZoneColumn) -> str:
    """What an empty zone says to who may only look."""
    if zone.cards or zone.lane:
        return ""
    x, y = zone.box.x + zone.box.width // 2, zone.box.y + zone.box.height // 2 + 22
    return text(x, y, "No instance here", f"{MUTED} map__text--middle")


def _lane(lane: FargateLane, links: Links) -> str:
    box = lane.box
    line = "one ENI per task" if lane.blocks else "no task here"
    inner = [
        rect(box, "map__lane", 8),
        text(box.x + PAD, box.y + 19, "Fargate", "map__text map__strong"),
        text(box.right - PAD, box.y + 19, line, "map__text map__text--muted map__text--end"),
        *(task_block(block, links.task) for block in lane.blocks),
    ]
    return f'<g class="map__fargate" role="group" aria-label="Fargate">{"".join(inner)}</g>'
