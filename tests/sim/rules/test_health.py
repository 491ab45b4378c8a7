"""When a health check changes its verdict, by arithmetic and by asking every probe (PN:T-60 to PN:T-64)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ecslab.sim.rules.health import health_changes, passes
from ecslab.sim.state.image import Image
from ecslab.sim.state.task_definition import HealthCheck
from tests.rules import rule

HOUR_MS = 3_600_000
moments = st.none() | st.integers(0, 400_000)
checks = st.builds(
    HealthCheck,
    command=st.just(("true",)),
    interval_s=st.integers(5, 60),
    retries=st.integers(1, 10),
    start_period_s=st.integers(0, 300),
)
images = st.builds(
    Image, name=st.just("web"), healthy=st.booleans(), healthy_after_ms=moments, healthy_until_ms=moments
)


def probe_after_probe(check: HealthCheck, image: Image) -> list[tuple[int, str]]:
    verdict, failures, found = "UNKNOWN", 0, []
    for at_ms in range(check.interval_s * 1000, 2_000_000, check.interval_s * 1000):
        before = verdict
        if passes(image, at_ms):
            verdict, failures = "HEALTHY", 0
        elif verdict != "UNKNOWN" or at_ms >= check.start_period_s * 1000:
            failures += 1
            verdict = "UNHEALTHY" if failures >= check.retries else verdict
        if verdict != before:
            found.append((at_ms, verdict))
    return found


@rule("SS:W-29")
@given(checks, images)
def test_no_verdict_is_missed(check: HealthCheck, image: Image) -> None:
    """SS:W-29."""
    assert health_changes(check, image) == probe_after_probe(check, image)


def test_a_far_end_takes_no_time() -> None:
    until_ms = 100_000_000 * HOUR_MS
    image = Image("web", healthy_until_ms=until_ms)
    found = health_changes(HealthCheck(("true",)), image)
    assert found == [(30_000, "HEALTHY"), (until_ms + 60_000, "UNHEALTHY")]
