"""Worlds kept in the cache, so that looking need not replay from the start. Deleting them all loses nothing.

A keyframe is a snapshot, packed as bytes. Beside it lies a piece of the journal: what it has grown by since the
keyframe that this one was computed from. A look that wants the world alone unpacks no piece, so that it costs as much
late in a run as early. A keyframe is named by branch, number of the last command in it, moment and rules version, so
that none has to be thrown away when a lab moves on.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from functools import lru_cache
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


def _piece_key(branch_id: int, place: Place) -> str:
    return f"journal:{RULES_VERSION}:{branch_id}:{place.seq}:{place.at_ms}"


def places(branch_id: int) -> list[Place]:
    """Where keyframes of a branch stand, in no order; some may be gone from the cache."""
    return [Place(seq, at_ms) for seq, at_ms in _cache().get(_index_key(branch_id), ())]


@dataclass(frozen=True, slots=True)
class Keyframe:
    """A snapshot, the journal since the keyframe that it was computed from, and what came before that."""

    snapshot: dict[str, Any]
    journal: list[JournalEntry]
    past: Past | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """The journal until a keyframe: one packed piece for each keyframe on the way, unpacked when somebody reads it."""

    places: tuple[Place, ...]
    pieces: tuple[bytes, ...]

    def entries(self) -> list[JournalEntry]:
        """What happened, oldest first."""
        return [entry for piece in self.pieces for entry in _entries(piece)]


@lru_cache(maxsize=96)
def _entries(piece: bytes) -> tuple[JournalEntry, ...]:
    return tuple([JournalEntry(*entry) for entry in _unpacked(piece)])


def _packed(data: Any) -> bytes:
    return zlib.compress(json.dumps(data, separators=(",", ":")).encode(), 1)


def _unpacked(packed: bytes) -> Any:
    return json.loads(zlib.decompress(packed))


def load(branch_id: int, place: Place) -> tuple[dict[str, Any], Past] | None:
    """A keyframe's snapshot and what happened until it, None when the cache has let a part of it go."""
    found = _cache().get(_key(branch_id, place))
    if found is None:
        return None
    snapshot, passed = found
    places = tuple(Place(*each) for each in passed)
    pieces = [_cache().get(_piece_key(branch_id, each)) for each in places]
    if None in pieces:
        return None
    return _unpacked(snapshot), Past(places, tuple(pieces))


def save(branch_id: int, place: Place, keyframe: Keyframe) -> None:
    """Keep a keyframe, unless it is too large."""
    packed, piece = _packed(keyframe.snapshot), _packed(keyframe.journal)
    if len(packed) + len(piece) > MOST_BYTES:
        return
    passed = [*(keyframe.past.places if keyframe.past else ()), place]
    known = [(p.seq, p.at_ms) for p in places(branch_id) if p != place]
    _cache().set(_piece_key(branch_id, place), piece)
    _cache().set(_key(branch_id, place), (packed, [(p.seq, p.at_ms) for p in passed]))
    _cache().set(_index_key(branch_id), [*known, (place.seq, place.at_ms)][-MOST_OF_A_BRANCH:])
