"""What an operation is: a world and a request in, a response out; it raises SimError to refuse."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ecslab.sim.world import World

Operation = Callable[[World, Mapping[str, Any]], dict[str, Any]]
