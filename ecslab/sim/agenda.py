"""The agenda: timers by moment, then priority inside the moment (SS:K-2), then serial."""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heappop, heappush

from ecslab.sim.timers import PRIORITY, Timer

Entry = tuple[int, int, int, Timer]
"""One timer in the agenda: its moment, its priority inside the moment, its serial, the timer itself.

A plain tuple, because a heap compares its entries all the time; the serial settles every comparison.
"""


@dataclass(slots=True)
class Agenda:
    """A heap of entries; `serial` breaks ties in the order of pushing."""

    entries: list[Entry] = field(default_factory=list)
    serial: int = 0

    def push(self, at_ms: int, timer: Timer) -> None:
        """Put a timer down for a moment."""
        self.serial = serial = self.serial + 1
        heappush(self.entries, (at_ms, PRIORITY[type(timer)], serial, timer))

    def next_at_ms(self) -> int | None:
        """When the first timer is due, None when there is none."""
        return self.entries[0][0] if self.entries else None

    def pop(self) -> tuple[int, Timer]:
        """Take the first timer, with its moment."""
        at_ms, _, _, timer = heappop(self.entries)
        return at_ms, timer
