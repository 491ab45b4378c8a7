"""Named, counter-based draws: a hash of seed, stream and counter, so that no draw shifts another (core law 4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b


@dataclass(slots=True)
class Draws:
    """The chance of a run: a seed and one counter for each named stream."""

    seed: int
    counters: dict[str, int] = field(default_factory=dict)

    def next(self, stream: str) -> int:
        """The next 64-bit number of a stream."""
        counter = self.counters.get(stream, 0)
        self.counters[stream] = counter + 1
        digest = blake2b(f"{self.seed}/{stream}/{counter}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big")

    def index(self, stream: str, n: int) -> int:
        """An index below n; no draw is made when n is 1 (PN:S-3)."""
        return 0 if n <= 1 else (self.next(stream) * n) >> 64
