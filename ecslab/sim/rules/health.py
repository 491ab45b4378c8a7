"""Container health checks: when a container's verdict changes (PN:T-60 to PN:T-64, SS:T-20 to SS:T-22).

The changes are computed when the container starts; no probe ticks.
"""

from __future__ import annotations

from ecslab.sim.changes import journal
from ecslab.sim.state.image import Image
from ecslab.sim.state.task import Container, Task
from ecslab.sim.state.task_definition import HealthCheck
from ecslab.sim.timers import HealthChanges
from ecslab.sim.world import World


def passes(image: Image, since_start_ms: int) -> bool:
    """Whether a probe that begins this long after the container's start succeeds."""
    if not image.healthy:
        return False
    if image.healthy_after_ms is not None and since_start_ms < image.healthy_after_ms:
        return False
    return image.healthy_until_ms is None or since_start_ms < image.healthy_until_ms


def health_changes(check: HealthCheck, image: Image) -> list[tuple[int, str]]:
    """The moments, in milliseconds from the container's start, at which its verdict changes (SS:W-29)."""
    start_period = check.start_period_s * 1000
    verdict, failures, found = "UNKNOWN", 0, []
    for at_ms in _telling_probes(check, image):
        if passes(image, at_ms) and image.health_check_ms <= check.timeout_s * 1000:
            failures, new = 0, "HEALTHY"
        elif verdict == "UNKNOWN" and at_ms < start_period:
            continue
        else:
            failures += 1
            new = "UNHEALTHY" if failures >= check.retries else verdict
        if new != verdict:
            verdict = new
            found.append((at_ms + probe_ms(check, image), verdict))
    return found


def _telling_probes(check: HealthCheck, image: Image) -> list[int]:
    """When the probes begin that can change a verdict: `retries` from the start and from each turn of the image.

    Between two such moments every probe ends alike, so that the first `retries` of them settle the verdict.
    """
    interval, lasts = check.interval_s * 1000, probe_ms(check, image)
    turns = (0, image.healthy_after_ms or 0, image.healthy_until_ms or 0, check.start_period_s * 1000)
    firsts = {max(1, -(-(turn + lasts) // (interval + lasts))) for turn in turns}
    return sorted({(first + n) * (interval + lasts) - lasts for first in firsts for n in range(check.retries)})


def probe_ms(check: HealthCheck, image: Image) -> int:
    """How long a probe takes: as long as its command, which is killed at the timeout (SS:T-21)."""
    return min(image.health_check_ms, check.timeout_s * 1000)


def schedule_health(world: World, task: Task, container: Container, check: HealthCheck, image: Image) -> None:
    """Set the timers of a container's verdicts."""
    for at_ms, status in health_changes(check, image):
        journal.timer_set(world, at_ms, HealthChanges(task.arn, container.name, status, container.restart_count))


def task_health(task: Task, changed: Container, status: str) -> str:
    """The task's health from its essential containers, one of them changing (PN:T-63)."""
    verdicts = [status if c is changed else c.health_status for c in task.containers if c.essential]
    if "UNHEALTHY" in verdicts:
        return "UNHEALTHY"
    return "UNKNOWN" if "UNKNOWN" in verdicts else "HEALTHY"
