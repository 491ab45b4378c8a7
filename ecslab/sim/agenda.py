"""The agenda: timers by moment, then priority inside the moment (SS:K-2), then serial."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field

from ecslab.sim.timers import PRIORITY, Timer


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One timer in the agenda."""

    at_ms: int
    priority: int
    serial: int
    timer: Timer = field(compare=False)


@dataclass(slots=True)
class Agenda:
    """A heap of entries; `serial` breaks ties in the order of pushing."""

    entries: list[Entry] = field(default_factory=list)
    serial: int = 0

    def push(self, at_ms: int, timer: Timer) -> None:
        """Put a timer down for a moment."""
        self.serial += 1
        heapq.heappush(self.entries, Entry(at_ms, PRIORITY[type(timer)], self.serial, timer))

    def next_at_ms(self) -> int | None:
        """When the first timer is due, None when there is none."""
        return self.entries[0].at_ms if self.entries else None

    def pop(self) -> Entry:
        """Take the first timer."""
        return heapq.heappop(self.entries)
