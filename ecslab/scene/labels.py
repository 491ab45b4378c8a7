"""Words beside the blocks of a slot, where the blocks are too low to hold them and stay to scale all the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from ecslab.scene import layout
from ecslab.scene.boxes import Box, Label, TaskBlock

Run = list[TaskBlock]


def beside(blocks: Sequence[TaskBlock], column: Box) -> tuple[TaskBlock, ...]:
    """The blocks of a slot, lowest first, with their words in a column at the slot's left.

    One label for each block; one for each run of blocks that are alike where so many would not fit; and where even
    those are too many, the lowest blocks go without, and the title and the table tell what they are.
    """
    most = column.height // layout.LABEL_LINE
    runs = [[block] for block in blocks]
    if len(runs) > most:
        runs = [list(members) for _, members in groupby(blocks, key=_likeness)]
    while len(runs) > most:
        runs.remove(min(runs, key=_extent))
    labels = dict(zip((run[0].id for run in runs), _labels(runs, column), strict=True))
    return tuple(replace(block, is_worded=False, label=labels.get(block.id)) for block in blocks)


def _likeness(block: TaskBlock) -> tuple[str, str, bool, bool, int]:
    return block.name, block.shape, block.is_unhealthy, block.is_newer, block.colour


def _labels(runs: Sequence[Run], column: Box) -> list[Label]:
    """Two lines each while that leaves the column airy, else one; as near to the blocks as they can stand."""
    lines = 2 if len(runs) * 3 * layout.LABEL_LINE <= column.height else 1
    heights = [lines * layout.LABEL_LINE for _ in runs]
    middles = [(run[-1].box.y + run[0].box.bottom) // 2 for run in runs]
    wanted = [middle - height // 2 for middle, height in zip(middles, heights, strict=True)]
    tops = layout.between(layout.apart(wanted, heights, column.bottom), heights, column.y)
    first = min((run[0].box.x for run in runs), default=0)
    return [
        Label(Box(column.x, top, column.width, height), len(run), run[0].box.x == first)
        for run, top, height in zip(runs, tops, heights, strict=True)
    ]


def _extent(run: Run) -> int:
    return sum(block.box.height for block in run)
