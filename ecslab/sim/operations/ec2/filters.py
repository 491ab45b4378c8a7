"""Choosing among EC2 resources by `Filters`, and the tags that filters may name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from ecslab.sim.errors.common import InvalidParameterException, InvalidParameterValue

Values = Mapping[str, Sequence[str]]
Tags = list[dict[str, str]]
T = TypeVar("T")


def matching(items: Iterable[T], parameters: Mapping[str, Any], values: Callable[[T], Values]) -> list[T]:
    """The items of which every filter finds one of its values. Raises InvalidParameterException for other filters.

    `values` tells, for each filter that the lab knows, what an item has there.
    """
    filters = parameters.get("Filters") or parameters.get("Filter") or []
    return [item for item in items if all(_fits(values(item), wanted) for wanted in filters)]


def _fits(values: Values, wanted: Mapping[str, Any]) -> bool:
    name = str(wanted.get("Name"))
    allowed = wanted.get("Values") or []
    if name.startswith("tag:"):
        return any(value in allowed for value in values.get(name, ()))
    if name not in values:
        known = [known for known in values if not known.startswith("tag:")]
        raise InvalidParameterException(f"The filter '{name}' is not simulated; use one of {', '.join(known)}.")
    return any(value in allowed for value in values[name])


def tag_values(tags: Tags) -> dict[str, list[str]]:
    """Tags as values of the filters `tag:KEY`."""
    return {f"tag:{tag['Key']}": [tag["Value"]] for tag in tags}


def tags_of(parameters: Mapping[str, Any], kind: str) -> Tags:
    """The tags of a new resource, from `TagSpecifications`. Raises InvalidParameterValue for another kind's."""
    tags: Tags = []
    for specification in parameters.get("TagSpecifications") or []:
        given = specification.get("ResourceType")
        if given != kind:
            raise InvalidParameterValue(f"'{given}' is not a valid taggable resource type for this operation.")
        tags.extend(
            {"Key": str(tag.get("Key", "")), "Value": str(tag.get("Value", ""))}
            for tag in specification.get("Tags") or []
        )
    return tags
