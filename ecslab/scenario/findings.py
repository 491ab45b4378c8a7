"""Reading members of a document one by one, collecting a sentence for everything that is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from ecslab.scenario import moments
from ecslab.scenario.document import Document, Keys, ScenarioWrong

_MAX_SHOWN = 60
_MAX_PROBLEMS = 50


class Findings:
    """What is wrong with a document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[str] = []

    def wrong(self, keys: Keys, sentence: str) -> None:
        """Remember a sentence about a value."""
        self.problems.append(self.document.problem(keys, sentence))

    def finish(self) -> None:
        """Raise ScenarioWrong when anything was wrong."""
        if self.problems:
            left_out = len(self.problems) - _MAX_PROBLEMS
            more = [f"{self.document.source}: {left_out} more problems like these."] if left_out > 0 else []
            raise ScenarioWrong(*self.problems[:_MAX_PROBLEMS], *more)

    def known_only(self, entry: Mapping[str, Any], keys: Keys, known: Iterable[str]) -> None:
        """Every key must be known."""
        names = list(known)
        for key in entry:
            if key not in names:
                close = get_close_matches(key, names, n=1)
                meant = f" Did you mean {close[0]}?" if close else ""
                self.wrong((*keys, key), f"this key is not known.{meant} Known here: {', '.join(names)}.")

    def text(self, entry: Mapping[str, Any], keys: Keys, member: str, default: str | None = "") -> str:
        """A text, "" when there is none; `default` None means that it is required and not empty."""
        value = entry.get(member, default)
        if member not in entry and default is None:
            self.wrong(keys, f"{member} is missing; it needs a text.")
        elif not isinstance(value, str):
            self.wrong((*keys, member), f"{shown(value)} is no text; write one.")
        elif not value and default is None:
            self.wrong((*keys, member), "this text is empty; write one.")
        else:
            return value
        return ""

    def word(self, entry: Mapping[str, Any], member: str, default: str, fits: Callable[[str], object]) -> str:
        """A text at the top level that fits, else the default; `fits` raises ValueError with what is wrong."""
        value = entry.get(member, default)
        try:
            if not isinstance(value, str):
                raise ValueError(f"{shown(value)} is no text; write one such as {default}.")
            fits(value)
        except ValueError as error:
            self.wrong((member,), str(error))
            return default
        return value

    def whole(self, entry: Mapping[str, Any], member: str, default: int, low: int, high: int) -> int:
        """A whole number within bounds, at the top level."""
        value = entry.get(member, default)
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.wrong((member,), f"{shown(value)} does not fit; write a whole number from {low} to {high}.")
        return default

    def mapping(self, entry: Mapping[str, Any], keys: Keys, member: str) -> Mapping[str, Any]:
        """An object, empty when it is left out."""
        value = entry.get(member, {})
        if isinstance(value, dict):
            return value
        self.wrong((*keys, member), f"{shown(value)} is no object; write names and values.")
        return {}

    def moment(self, entry: Mapping[str, Any], keys: Keys, member: str) -> int:
        """A moment in milliseconds; it must be there."""
        if member not in entry:
            self.wrong(keys, f"{member} is missing; it needs a time such as 90s, 1m30s or 2h.")
            return 0
        value = entry[member]
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            self.wrong((*keys, member), f"{shown(value)} is no time; write one such as 90s, 1m30s or 2h.")
            return 0
        try:
            return moments.parse(value)
        except moments.NoMoment as error:
            self.wrong((*keys, member), str(error))
            return 0

    def entries(self, data: Mapping[str, Any], member: str, within: Keys = ()) -> list[tuple[Keys, Mapping[str, Any]]]:
        """The objects of a list at the top level, or inside an object."""
        found = data.get(member, [])
        if not isinstance(found, list):
            self.wrong((*within, member), f"{shown(found)} is no list; write one entry a line, each begun by a dash.")
            return []
        good: list[tuple[Keys, Mapping[str, Any]]] = []
        for number, item in enumerate(found):
            if isinstance(item, dict):
                good.append(((*within, member, number), item))
            else:
                self.wrong((*within, member, number), f"{shown(item)} is no object; write keys and values.")
        return good


def shown(value: Any) -> str:
    """A value as a sentence names it, in the words of YAML."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    text = repr(value)
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}..."
