"""Distances of the map, and the arithmetic of heights and widths. Knows nothing of ECS."""

from __future__ import annotations

from collections.abc import Sequence

WIDTH = 824
WIDTH_SIDE_BY_SIDE = 872
MIN_ZONE_WIDTH = 224
GAP = 8
PAD = 6
LINE = 16
CLUSTER_GAP = 24
CLUSTER_HEAD = 28
LEGEND_LINE = 22
ZONE_HEAD = 26
MIN_CARD_WIDTH = 116
CARD_HEAD = 44
CARD_FOOT = 34
SLOT_HEIGHT = 128
SLOT_HEIGHT_MOST = 256
SLOT_HEIGHT_LEAST = 64
SLOT_HEIGHT_BESIDE = 168
SLOT_WIDTH_BESIDE = 44
LEADER = 12
LABEL_LINE = 14
BAR_WIDTH = 8
ADD_HEIGHT = 36
ADD_HEIGHT_ALONE = 96
LANE_HEAD = 28
NOTE_INSET = 12
LANE_BLOCK_HEIGHT_MOST = 120
ONE_LINE = 18
MANY_ROWS = 3
TWO_LINES = 33
SEEN = 3
TEXT = 12
TEXT_LARGE = 14

_NARROW = frozenset("ijlftrI.,:;'|!()[]/ ·-")
_WIDE = frozenset("mwMW…@%")


def text_width(text: str, size: int = TEXT, *, strong: bool = False) -> int:
    """About how wide a text is at a type size, on the safe side for common sans-serif fonts."""
    hundredths = 0
    for letter in text:
        if letter in _NARROW:
            hundredths += 36
        elif letter in _WIDE or ord(letter) > 0x2E7F:
            hundredths += 100
        else:
            hundredths += 72 if letter.isupper() else 62
    return -(-hundredths * size * (110 if strong else 100) // 10_000)


def fit(text: str, width: int, size: int = TEXT, *, strong: bool = False) -> str:
    """The text, or as much of it as fits with an ellipsis; empty when not even two letters would show."""
    if text_width(text, size, strong=strong) <= width:
        return text
    for length in range(len(text) - 1, 1, -1):
        if text_width(short := text[:length] + "…", size, strong=strong) <= width:
            return short
    return ""


def proportional(value: int, whole: int, room: int) -> int:
    """How much of the room a value takes, rounded down."""
    return value * room // whole if whole > 0 else 0


def slot_height(capacity: int, largest: int, height: int) -> int:
    """The height of a slot where the largest instance's is `height`: one scale for the whole cluster.

    An instance too small for that scale gets the least height, and then its own, larger scale.
    """
    return max(proportional(capacity, largest, height), SLOT_HEIGHT_LEAST)


def height_for(largest: int, smallest_task: int, columns: int, rows: int = 1) -> int:
    """The height of the largest slot such that the smallest task holds its words, on two lines if possible.

    0 where no height that is allowed would do: then words have to stand beside the blocks. Where many rows of cards
    stand one below the other, seeing them together counts more than reading each.
    """
    if smallest_task <= 0 or rows > MANY_ROWS:
        return SLOT_HEIGHT
    for lines in (TWO_LINES, ONE_LINE) if columns == 1 else (TWO_LINES,):
        wanted = lines * largest // smallest_task + 1
        if wanted <= SLOT_HEIGHT_MOST:
            return max(wanted, SLOT_HEIGHT)
    return 0 if columns == 1 else SLOT_HEIGHT_MOST


def stack(values: Sequence[int], capacity: int, room: int) -> list[int]:
    """Heights to scale for what lies in a slot; together never more than the room.

    Each can at least be seen and hit if all that fit so; else the least height sinks until they do.
    """
    exact = [proportional(value, capacity, room) for value in values]
    for least in range(SEEN, 0, -1):
        heights = [max(height, least) for height in exact]
        if sum(heights) <= room:
            return heights
    return _squeezed(exact, room)


def _squeezed(heights: Sequence[int], room: int) -> list[int]:
    total = sum(heights)
    return [height * room // total for height in heights] if total > room else list(heights)


def columns(most: int, width: int) -> int:
    """How many cards stand side by side."""
    return max(1, min(most, (width + GAP) // (MIN_CARD_WIDTH + GAP)))


def cells(count: int, width: int) -> list[tuple[int, int]]:
    """(offset, width) of columns of equal width with gaps, filling the width."""
    each = (width - GAP * (count - 1)) // count
    return [(number * (each + GAP), each) for number in range(count)]


def wrapped(widths: Sequence[int], room: int) -> list[tuple[int, int]]:
    """(x, line) of things set one after the other, in lines no longer than the room."""
    places: list[tuple[int, int]] = []
    x, line = 0, 0
    for width in widths:
        if x and x + width > room:
            x, line = 0, line + 1
        places.append((x, line))
        x += width + 2 * GAP
    return places


def apart(wanted: Sequence[int], heights: Sequence[int], floor: int) -> list[int]:
    """Tops of labels from the floor up, each as near to where it is wanted as its neighbours let it.

    `wanted` are tops, the lowest label first; none stands below the floor or over another.
    """
    tops: list[int] = []
    below = floor
    for top, height in zip(wanted, heights, strict=True):
        below = min(top, below - height)
        tops.append(below)
    return tops


def between(tops: Sequence[int], heights: Sequence[int], ceiling: int) -> list[int]:
    """The same labels moved down as far as it takes for the highest to stand below the ceiling."""
    moved: list[int] = []
    above = ceiling
    for top, height in zip(reversed(tops), reversed(heights), strict=True):
        moved.append(max(top, above))
        above = moved[-1] + height
    return moved[::-1]
