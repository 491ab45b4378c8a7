"""What an address of the lab page says: the moment, the branch, and what is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from ecslab.sim import written


def whole(text: str | None) -> int | None:
    """A whole number of an address, None when it is none."""
    return written.whole(text or "")


@dataclass(frozen=True, slots=True)
class Address:
    """A page of a lab. `at_ms` None is where the lab wants to be looked at; `to` goes on to a change or steady state.

    `service` is `cluster/name`, `task` and `instance` are ids. `form` is a form to open, with values in `fill`.
    """

    path: str
    at_ms: int | None = None
    branch: int | None = None
    task: str = ""
    instance: str = ""
    service: str = ""
    to: str = ""
    form: str = ""
    fill: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls, path: str, query: Mapping[str, Any]) -> Address:
        """From the part after the question mark; what cannot be read is left out."""
        text = {name: str(query.get(name, "")) for name in ("task", "instance", "service", "to", "form")}
        fill = tuple((name, str(query[name])) for name in ("cluster", "zone", "count") if name in query)
        return cls(path, whole(query.get("at")), whole(query.get("branch")), fill=fill, **text)

    @property
    def query(self) -> str:
        """The part after the question mark, without what is done only once."""
        members = {
            "at": self.at_ms,
            "branch": self.branch,
            "task": self.task,
            "instance": self.instance,
            "service": self.service,
        }
        return urlencode({name: value for name, value in members.items() if value not in (None, "")})

    def at(self, at_ms: int) -> Address:
        """The same things at another moment."""
        return replace(self, at_ms=at_ms, to="", form="", fill=())

    def link(self, **changes: Any) -> str:
        """A link to the page with some members changed."""
        once = urlencode({name: value for name, value in changes.items() if name in _ONCE})
        changed = replace(self, **{name: value for name, value in changes.items() if name not in _ONCE})
        return f"{self.path}?{'&'.join(part for part in (changed.query, once) if part)}"


_ONCE = ("to", "form", "cluster", "zone", "count")
