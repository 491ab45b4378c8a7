"""What Describe calls tell only when `include` asks for it.

Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeClusters.html and its neighbours,
as of 2026-11-24.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim.errors.common import InvalidParameterException

TAGS = "TAGS"
OF_CLUSTERS = ("ATTACHMENTS", "CONFIGURATIONS", "SETTINGS", "STATISTICS", TAGS)
OF_INSTANCES = (TAGS, "CONTAINER_INSTANCE_HEALTH")
_PARTS = {TAGS: "tags", "SETTINGS": "settings"}
"""The members that come and go with a word; the lab tells nothing for the other words."""


def asked(parameters: Mapping[str, Any], allowed: tuple[str, ...] = (TAGS,)) -> tuple[str, ...]:
    """The words of `include`. Raises InvalidParameterException for one that the call does not know."""
    words = tuple(str(word) for word in parameters.get("include") or [])
    for word in words:
        if word not in allowed:
            raise InvalidParameterException(f"include has {word[:64]!r}; it must be one of {', '.join(allowed)}.")
    return words


def told(shape: Mapping[str, Any], words: tuple[str, ...]) -> dict[str, Any]:
    """A resource with its optional lists empty where nobody asked for them, as AWS's examples have them."""
    return {**shape, **{member: [] for word, member in _PARTS.items() if member in shape and word not in words}}
