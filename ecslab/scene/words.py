"""Words and figures as a person reads them: states, sizes with their units, moments, plural forms, short ids."""

from __future__ import annotations

from typing import Literal

from ecslab.sim.state.container_instance import ContainerInstance
from ecslab.sim.state.task import STARTING, Task

Shape = Literal["provisioning", "pending", "running", "stopping", "stopped"]
CPU_UNITS_OF_ONE_VCPU = 1024


def number(value: int) -> str:
    """`2,816`."""
    return f"{value:,}"


def mib(value: int) -> str:
    """`1,024 MiB`."""
    return f"{value:,} MiB"


def cpu_units(value: int) -> str:
    """`256 CPU units`."""
    return plural(value, "CPU unit")


def vcpu(units: int) -> str:
    """`0.25 vCPU` for 256 CPU units, exactly and without needless zeros."""
    whole, rest = divmod(units, CPU_UNITS_OF_ONE_VCPU)
    fraction = f"{rest * 10**10 // CPU_UNITS_OF_ONE_VCPU:010d}".rstrip("0")
    return f"{whole:,}.{fraction} vCPU" if fraction else f"{whole:,} vCPU"


def plural(count: int, noun: str, many: str | None = None) -> str:
    """`1 task`, `2,000 tasks`; `many` where an s does not do."""
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


def of(part: int, whole: int, unit: str) -> str:
    """`2,816 of 3,786 MiB`."""
    return f"{part:,} of {whole:,} {unit}"


def percent(part: int, whole: int) -> str:
    """`62%`, rounded to the nearest whole one."""
    return f"{(200 * part + whole) // (2 * whole)}%" if whole else "0%"


def moment(at_ms: int) -> str:
    """A moment of the run: `00:04:12`, and `00:04:12.500` when it is no whole second."""
    seconds, rest = divmod(at_ms, 1000)
    text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{text}.{rest:03d}" if rest else text


def short_id(id_: str) -> str:
    """`i-…0001` for `i-0000000000000001`, `…0001` for a bare id; ids that are short already stay."""
    name = id_.rpartition("/")[2]
    prefix, dash, rest = name.rpartition("-")
    return name if len(rest) <= 8 else f"{prefix}{dash}…{rest[-4:]}"


def role_name(arn: str | None) -> str:
    """The name at the end of a role's ARN, or `none`."""
    return arn.rpartition("/")[2] if arn else "none"


def shape(task: Task) -> Shape:
    """The shape that stands for the state of a task: what it is told to become counts before what it was."""
    if task.last_status == "STOPPED":
        return "stopped"
    if task.desired_status == "STOPPED" or task.last_status in ("DEACTIVATING", "STOPPING", "DEPROVISIONING"):
        return "stopping"
    if task.last_status in STARTING:
        return "provisioning" if task.last_status == "PROVISIONING" else "pending"
    return "running"


def state(task: Task) -> str:
    """lastStatus, with desiredStatus while the two differ and lastStatus alone would mislead."""
    if task.desired_status == "STOPPED" and task.last_status in (*STARTING, "RUNNING"):
        return f"{task.last_status}, desiredStatus STOPPED"
    return task.last_status


def instance_state(instance: ContainerInstance) -> str:
    """What keeps a container instance from working as usual, in words; empty when nothing does."""
    notes: list[str] = [instance.status] if instance.status != "ACTIVE" else []
    if not instance.agent_connected:
        notes.append("agent disconnected")
    return ", ".join(notes)
