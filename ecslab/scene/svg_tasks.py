"""The block of a task as SVG: mark, words, hatch and containers, as far as its size has room for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape

from ecslab.scene.boxes import Box, Label, Segment, TaskBlock
from ecslab.scene.layout import LABEL_LINE, NOTE_INSET, cells, fit, text_width

TEXT_FROM = 13
MARK_FROM = 5
TWO_LINES_FROM = 27
ROOMY_FROM = 40
STRIP_FROM = 22
BARE_STRIP_FROM = 10
LABEL_INSET = 14
ALARM = "UNHEALTHY"
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
        _inside(block, width, height) if block.is_worded else _bare(block, width, height),
        _label_beside(block, block.label) if block.label else "",
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


def _bare(block: TaskBlock, width: int, height: int) -> str:
    """A block whose words stand beside it: its mark where no label carries it, and its containers."""
    if len(block.segments) > 1 and height >= BARE_STRIP_FROM:
        return "".join(_strip(block.segments, width, height))
    if block.label or height < MARK_FROM:
        return ""
    return f'<g transform="translate(9 {height // 2}) scale(.5)">{_MARKS[block.shape]}</g>'


def _label_beside(block: TaskBlock, label: Label) -> str:
    """Mark and words at the left of the slot, with a line from them to the block."""
    x, y = label.box.x - block.box.x, label.box.y - block.box.y
    width, height = label.box.width, label.box.height
    name = block.name if label.count == 1 else f"{block.name} × {label.count}"
    right = [w if label.count == 1 else f"{w} each" if w == block.size else w for w in _right_words(block)]
    beside = next((words for words in right if _fits_in(name, words, width)), "")
    wordings = [*([] if beside else [tuple(right)]), *block.further] if height > LABEL_LINE else []
    under = next(iter(_worded(wordings, width - LABEL_INSET)), "")
    middle = block.box.height // 2 if label.count == 1 else block.box.height - block.box.height * label.count // 2
    first = y + 11
    inner = [
        f'<path class="task__leader" d="M{x + width + 2} {first - 4}L0 {middle}"/>' if label.leads else "",
        rect(Box(x - 2, y, width + 4, height), "task__hit", 3),
        f'<g transform="translate({x + 5} {first - 4})">{_MARKS[block.shape]}</g>',
        text(x + LABEL_INSET, first, fit(name, width - LABEL_INSET, strong=True), "task__name"),
        _size(x + width, first, beside),
        _size(x + LABEL_INSET, first + LABEL_LINE - 1, under, "task__size task__size--start"),
    ]
    return f'<g class="task__label">{"".join(inner)}</g>'


def _fits_in(name: str, words: str, width: int) -> bool:
    return LABEL_INSET + text_width(name, strong=True) + 6 + text_width(words) <= width


def _inside(block: TaskBlock, width: int, height: int) -> str:
    mark, half = _MARKS[block.shape], height // 2
    if height < MARK_FROM:
        return ""
    if height < TEXT_FROM:
        return f'<g transform="translate(9 {half}) scale(.5)">{mark}</g>'
    below = _lines_below(block, width) if height >= TWO_LINES_FROM else []
    top, step = _pitch(block, height, len(below))
    line = _line(block, width, top)
    return f'<g transform="translate(9 {top - 4})">{mark}</g>{line}{_below(block, below, width, top, step)}'


def _pitch(block: TaskBlock, height: int, below: int) -> tuple[int, int]:
    """The foot of the first line and the distance to the next: in the middle of a low block, else at its top."""
    if below and height < ROOMY_FROM:
        return height // 2 - 2, 13
    if below or height >= ROOMY_FROM:
        return 16, 15
    strip = 3 if len(block.segments) > 1 and height >= STRIP_FROM else 0
    return height // 2 + 4 - strip, 16


def _line(block: TaskBlock, width: int, y: int) -> str:
    """The name, and to its right the state in words if it is not RUNNING, else the size, if there is room."""
    name = fit(block.name, width - 22, strong=True)
    right = next((words for words in _right_words(block) if _fits_beside(name, words, width)), "")
    return text(17, y, name, "task__name") + _size(width - 6, y, right)


def _size(x: int, y: int, words: str, classes: str = "task__size") -> str:
    """The size of a task, or what is to be known before it; alarming where the task is unhealthy."""
    return text(x, y, words, f"{classes} task__alarm" if words == ALARM else classes)


def _fits_beside(name: str, words: str, width: int) -> bool:
    return text_width(name, strong=True) + text_width(words) + 4 <= width - 23


def _lines_below(block: TaskBlock, width: int) -> list[str]:
    """What stands below the first line: the notes, else the words that found no room at its right, then the rest."""
    room = width - NOTE_INSET
    right = _right_words(block)
    lines = list(block.notes)
    if not lines and right and not _fits_beside(fit(block.name, width - 22, strong=True), right[0], width):
        lines = [next((words for words in right if text_width(words) <= room), "")]
    return [line for line in [*lines, *_worded(block.further, room)] if line]


def _worded(lines: Sequence[tuple[str, ...]], room: int) -> list[str]:
    """Each line in its best wording that fits, the last one shortened if it must be."""
    return [next((words for words in line if text_width(words) <= room), fit(line[-1], room)) for line in lines]


def _right_words(block: TaskBlock) -> list[str]:
    """What may stand at the right of the first line, the best first."""
    if block.is_unhealthy:
        return [ALARM]
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
        _size(NOTE_INSET // 2, top + step * number, line, "task__size task__size--start")
        for number, line in enumerate(lines, start=1)
        if top + step * number <= height - 2 and text_width(line) <= room
    ]
    foot = top + step * len(parts)
    segments = block.segments
    if len(segments) > 1 and height >= max(NAMED_SEGMENTS_FROM, foot + 24):
        parts += _named_segments(segments, width, height - 21)
    elif len(segments) > 1 and height >= max(STRIP_FROM, foot + 9):
        parts += _strip(segments, width, height)
    return "".join(parts)


def _strip(segments: tuple[Segment, ...], width: int, height: int) -> list[str]:
    """The containers as a thin line of pieces at the foot of a block."""
    return [
        rect(Box(8 + x, height - 6, each, 3), _segment_class(segment), 1)
        for segment, (x, each) in zip(segments, _shares(len(segments), width), strict=False)
    ]


def _named_segments(segments: tuple[Segment, ...], width: int, y: int) -> list[str]:
    parts = []
    for segment, (x, each) in zip(segments, _shares(len(segments), width), strict=False):
        parts.append(rect(Box(8 + x, y, each, 16), _segment_class(segment), 3))
        name = fit(segment.name, each - 8)
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
