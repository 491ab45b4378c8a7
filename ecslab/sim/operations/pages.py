"""Pages of a List answer for services whose tokens and sizes have other names than those of ECS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from ecslab.sim import written
from ecslab.sim.errors.common import ValidationException

Item = TypeVar("Item")
LARGEST = 100


def page(
    items: Sequence[Item], parameters: Mapping[str, Any], *, size: str, token: str
) -> tuple[Sequence[Item], dict[str, str]]:
    """One page and the member with the token of the next; a token is the number of items before it."""
    most = parameters.get(size, LARGEST)
    if not 1 <= most <= LARGEST:
        raise ValidationException(f"{size} is {most}; it needs to be from 1 to {LARGEST}.")
    begin = written.whole(str(parameters.get(token) or "0"))
    if begin is None or begin > len(items):
        raise ValidationException(f"{token} is not valid. Give the {token} of the answer before, or none.")
    rest = {token: str(begin + most)} if begin + most < len(items) else {}
    return items[begin : begin + most], rest
