"""Changes of what the programs in containers do with AWS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim.changes import journal
from ecslab.sim.state.task import Container, ProgramCall, Task
from ecslab.sim.world import World


def calls_begun(world: World, container: Container, calls: list[ProgramCall]) -> None:
    """A container's program makes these calls for as long as it runs."""
    container.calls = calls


def call_answered(world: World, task: Task, container: Container, call: ProgramCall, told: Mapping[str, Any]) -> None:
    """A call has an answer that it did not have before; `told` has its decision, principal, error and message."""
    call.result = f"{told['decision']} {told['principal']}"
    journal.record(
        world,
        "programCall",
        call.resource,
        cluster=task.cluster_name,
        call=call.action,
        task=task.id,
        container=container.name,
        **told,
    )
