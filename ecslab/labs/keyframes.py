"""Worlds kept in the cache, so that looking need not replay from the start. Deleting them all loses nothing.

A keyframe is a snapshot, packed as bytes, with what the journal has grown by since the keyframe that it was computed
from. It is named by branch, number of the last command in it, moment and rules version, so that none has to be thrown
away when a lab moves on.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from typing import Any

from django.core.cache import caches

from ecslab.sim import RULES_VERSION
from ecslab.sim.world import JournalEntry

MOST_BYTES = 4_000_000
"""A keyframe that is larger when packed is not kept."""
MOST_OF_A_BRANCH = 24


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a branch's run a keyframe stands: after command `seq`, at a moment."""

    seq: int
    at_ms: int


def _cache() -> Any:
    return caches["keyframes"]


def _index_key(branch_id: int) -> str:
    return f"keyframes:{RULES_VERSION}:{branch_id}"


def _key(branch_id: int, place: Place) -> str:
    return f"keyframe:{RULES_VERSION}:{branch_id}:{place.seq}:{place.at_ms}"


def places(branch_id: int) -> list[Place]:
    """Where keyframes of a branch stand, in no order; some may be gone from the cache."""
    return [Place(seq, at_ms) for seq, at_ms in _cache().get(_index_key(branch_id), ())]


@dataclass(frozen=True, slots=True)
class Keyframe:
    """A snapshot, and the journal since keyframe `base` of the same branch (since the start without one)."""

    snapshot: dict[str, Any]
    journal: list[JournalEntry]
    base: Place | None = None


def load(branch_id: int, place: Place) -> tuple[dict[str, Any], list[JournalEntry]] | None:
    """A keyframe's snapshot and the whole journal, None when the cache has let it or one below it go."""
    found = _unpacked(branch_id, place)
    if found is None:
        return None
    pieces, below = [found["journal"]], found["base"]
    while below is not None:
        lower = _unpacked(branch_id, Place(*below))
        if lower is None:
            return None
        pieces.append(lower["journal"])
        below = lower["base"]
    return found["snapshot"], [JournalEntry(**entry) for piece in reversed(pieces) for entry in piece]


def _unpacked(branch_id: int, place: Place) -> Any:
    packed = _cache().get(_key(branch_id, place))
    return None if packed is None else json.loads(zlib.decompress(packed))


def save(branch_id: int, place: Place, keyframe: Keyframe) -> None:
    """Keep a keyframe, unless it is too large."""
    data = {
        "snapshot": keyframe.snapshot,
        "journal": [entry._asdict() for entry in keyframe.journal],
        "base": keyframe.base and [keyframe.base.seq, keyframe.base.at_ms],
    }
    packed = zlib.compress(json.dumps(data, separators=(",", ":")).encode(), 1)
    if len(packed) > MOST_BYTES:
        return
    known = [(p.seq, p.at_ms) for p in places(branch_id) if p != place]
    _cache().set(_key(branch_id, place), packed)
    _cache().set(_index_key(branch_id), [*known, (place.seq, place.at_ms)][-MOST_OF_A_BRANCH:])
