"""The block of a task as SVG: mark, words, hatch and containers, as far as its size has room for them."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

from ecslab.scene.boxes import Box, Segment, TaskBlock
from ecslab.scene.layout import NOTE_INSET, TEXT, cells, fit, text_width

TEXT_FROM = 15
SMALL_TEXT_FROM = 10
MARK_FROM = 5
TWO_LINES_FROM = 27
ROOMY_FROM = 32
STRIP_FROM = 22
NAMED_SEGMENTS_FROM = 50

_MARKS = {
    "running": '<circle class="task__mark task__mark--full" r="4"/>',
    "pending": '<circle class="task__mark" r="4"/><path class="task__mark task__mark--full" d="M0-4A4 4 0 0 0 0 4Z"/>',
    "provisioning": '<circle class="task__mark" r="4"/>',
    "stopping": '<path class="task__mark" d="M-4-3H4L0 4Z"/>',
    "stopped": '<path class="task__mark" d="M-3-3 3 3M3-3-3 3"/>',
}


_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def safe(words: str) -> str:
    """Words as they may stand in XML, in an attribute too: escaped, and without the characters that XML has not."""
    return escape(_NOT_IN_XML.sub("\ufffd", words))


def rect(box: Box, classes: str, radius: int, fill: str = "") -> str:
    """A rectangle; `fill` names a pattern."""
    pattern = f' fill="url(#{fill})"' if fill else ""
    return (
        f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" rx="{radius}"'
        f' class="{classes}"{pattern}/>'
    )


def text(x: int, y: int, words: str, classes: str) -> str:
    """A line of text with its foot at y; nothing for no words."""
    return f'<text x="{x}" y="{y}" class="{classes}">{safe(words)}</text>' if words else ""


def task_block(block: TaskBlock, url: Callable[[str], str]) -> str:
    """The link of a task, moved to its place as a whole so that it can travel."""
    classes = ["task", f"task--{block.shape}", f"service-{block.colour}"]
    if block.is_unhealthy:
        classes.append("task--unhealthy")
    current = ' aria-current="true"' if block.is_selected else ""
    width, height = block.box.width, max(block.box.height - 1, 1)
    frame = Box(1, 0, width - 2, height)
    radius = min(4, height // 2)
    inner = [
        rect(frame, "task__box", radius),
        rect(frame, "task__hatch", radius, fill=f"map-hatch-{block.colour}") if block.is_newer else "",
        _inside(block, width, height),
        rect(Box(-1, -2, width + 2, height + 4), "map__selected", radius + 2) if block.is_selected else "",
    ]
    return (
        f'<a id="{safe(block.id)}" class="{" ".join(classes)}" href="{safe(url(block.arn))}"'
        f' transform="translate({block.box.x} {block.box.y})" aria-label="{safe(_label(block))}"{current}>'
        f"<title>{safe(_detail(block))}</title>{''.join(inner)}</a>"
    )


def _label(block: TaskBlock) -> str:
    facts = block.facts
    what = f"Task {facts.task}" if block.count == 1 else facts.task
    health = f", {facts.health}" if facts.health else ""
    return f"{what}, {facts.revision}, {facts.state}{health}, {facts.memory}, {facts.cpu}"


def _detail(block: TaskBlock) -> str:
    facts = block.facts
    lines = [
        _label(block),
        facts.group,
        f"containers: {facts.containers}" if facts.containers else "",
        f"ports: {facts.ports}" if facts.ports else "",
        f"address: {facts.addresses}" if facts.addresses else "",
        f"task role: {facts.task_role}",
        f"task execution role: {facts.execution_role}",
        "newer revision" if block.is_newer else "",
    ]
    return "\n".join(line for line in lines if line)


def _inside(block: TaskBlock, width: int, height: int) -> str:
    mark, half = _MARKS[block.shape], height // 2
    if height < MARK_FROM:
        return ""
    if height < SMALL_TEXT_FROM:
        return f'<g transform="translate(9 {half}) scale(.5)">{mark}</g>'
    if height < TEXT_FROM:
        small = _line(block, width, half + 3, 9, "task__name task__name--small", "task__size task__size--small")
        return f'<g transform="translate(9 {half}) scale(.8)">{mark}</g>{small}'
    below = _lines_below(block, width) if height >= TWO_LINES_FROM else []
    top, step = _pitch(block, height, len(below))
    line = _line(block, width, top, 12, "task__name", "task__size")
    return f'<g transform="translate(9 {top - 4})">{mark}</g>{line}{_below(block, below, width, top, step)}'


def _pitch(block: TaskBlock, height: int, below: int) -> tuple[int, int]:
    """The foot of the first line and the distance to the next: in the middle of a low block, else at its top."""
    if below and height < ROOMY_FROM:
        return 12, 12
    if below or height >= ROOMY_FROM:
        return 16, 16
    strip = 3 if len(block.segments) > 1 and height >= STRIP_FROM else 0
    return height // 2 + 4 - strip, 16


def _line(block: TaskBlock, width: int, y: int, size: int, name_class: str, size_class: str) -> str:
    """The name, and to its right the state in words if it is not RUNNING, else the size, if there is room."""
    right = _right_words(block)
    name = fit(block.name, width - 22, size, strong=True)
    while right and not _fits_beside(name, right[0], width, size):
        right = right[1:]
    end = text(width - 6, y, right[0], size_class) if right else ""
    return text(17, y, name, name_class) + end


def _fits_beside(name: str, words: str, width: int, size: int = TEXT) -> bool:
    return text_width(name, size, strong=True) + text_width(words, size) + 4 <= width - 23


def _lines_below(block: TaskBlock, width: int) -> list[str]:
    """What stands below the first line: the notes, else the words that found no room at its right."""
    right = _right_words(block)
    if block.notes or not right or _fits_beside(fit(block.name, width - 22, strong=True), right[0], width):
        return list(block.notes)
    return next(([words] for words in right if text_width(words) <= width - NOTE_INSET), [])


def _right_words(block: TaskBlock) -> list[str]:
    """What may stand at the right of the first line, the best first."""
    if block.is_unhealthy:
        return ["UNHEALTHY"]
    if block.shape == "running":
        return [] if block.notes else [block.size]
    word = block.state.partition(",")[0]
    if word == "RUNNING":
        word = "to be stopped"
    return [word] if block.notes else [f"{word} · {block.size}", word]


def _below(block: TaskBlock, lines: list[str], width: int, top: int, step: int) -> str:
    """Further lines that fit whole, and the containers, where there is room."""
    height, room = block.box.height - 1, width - NOTE_INSET
    parts = [
        text(NOTE_INSET // 2, top + step * number, line, "task__size task__size--start")
        for number, line in enumerate(lines, start=1)
        if top + step * number <= height - 2 and text_width(line) <= room
    ]
    foot = top + step * len(parts)
    segments = block.segments
    if segments and height >= max(NAMED_SEGMENTS_FROM, foot + 24):
        parts += _named_segments(segments, width, height - 21)
    elif len(segments) > 1 and height >= max(STRIP_FROM, foot + 9):
        parts += [
            rect(Box(8 + x, height - 6, each, 3), _segment_class(segment), 1)
            for segment, (x, each) in zip(segments, _shares(len(segments), width), strict=False)
        ]
    return "".join(parts)


def _named_segments(segments: tuple[Segment, ...], width: int, y: int) -> list[str]:
    parts = []
    for segment, (x, each) in zip(segments, _shares(len(segments), width), strict=False):
        parts.append(rect(Box(8 + x, y, each, 16), _segment_class(segment), 3))
        name = fit(segment.name, each - 8, 11)
        parts.append(text(8 + x + each // 2, y + 12, name, "task__container"))
    return parts


def _shares(count: int, width: int) -> list[tuple[int, int]]:
    room = width - 16
    if count * 10 > room:
        count = max(room // 10, 1)
    each = cells(count, room + 4 * (count - 1))[0][1]
    return [(number * (each + 4), each) for number in range(count)]


def _segment_class(segment: Segment) -> str:
    classes = "task__segment"
    if not segment.essential:
        classes += " task__segment--not-essential"
    if segment.last_status == "STOPPED":
        classes += " task__segment--stopped"
    return classes
