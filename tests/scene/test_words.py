from __future__ import annotations

import pytest

from ecslab.scene import words
from tests.scene.worlds import Maker


@pytest.mark.parametrize(
    ("units", "expected"),
    [(256, "0.25 vCPU"), (512, "0.5 vCPU"), (1024, "1 vCPU"), (16384, "16 vCPU"), (1, "0.0009765625 vCPU")],
)
def test_vcpu_is_exact(units: int, expected: str) -> None:
    assert words.vcpu(units) == expected


@pytest.mark.parametrize(
    ("at_ms", "expected"),
    [(0, "00:00:00"), (252_000, "00:04:12"), (252_500, "00:04:12.500"), (90_000_007, "25:00:00.007")],
)
def test_a_moment_has_milliseconds_only_when_it_needs_them(at_ms: int, expected: str) -> None:
    assert words.moment(at_ms) == expected


def test_sizes_have_their_unit() -> None:
    assert words.mib(1024) == "1,024 MiB"
    assert words.of(2816, 3786, "MiB") == "2,816 of 3,786 MiB"
    assert (words.plural(1, "task"), words.plural(2000, "task")) == ("1 task", "2,000 tasks")
    assert words.plural(2, "entry", "entries") == "2 entries"


@pytest.mark.parametrize(("part", "whole", "expected"), [(1, 3, "33%"), (2, 3, "67%"), (0, 0, "0%")])
def test_percent_is_rounded(part: int, whole: int, expected: str) -> None:
    assert words.percent(part, whole) == expected


@pytest.mark.parametrize(
    ("id_", "expected"), [("i-0000000000000001", "i-…0001"), ("000000000000002a", "…002a"), ("web", "web")]
)
def test_long_ids_are_shortened(id_: str, expected: str) -> None:
    assert words.short_id(id_) == expected


@pytest.mark.parametrize(
    ("status", "desired", "shape"),
    [
        ("PROVISIONING", "RUNNING", "provisioning"),
        ("PENDING", "RUNNING", "pending"),
        ("ACTIVATING", "RUNNING", "pending"),
        ("RUNNING", "RUNNING", "running"),
        ("RUNNING", "STOPPED", "stopping"),
        ("PENDING", "STOPPED", "stopping"),
        ("DEACTIVATING", "STOPPED", "stopping"),
        ("STOPPING", "STOPPED", "stopping"),
        ("DEPROVISIONING", "STOPPED", "stopping"),
        ("STOPPED", "STOPPED", "stopped"),
    ],
)
def test_every_state_has_a_shape(status: str, desired: str, shape: str) -> None:
    make = Maker()
    make.cluster()
    task = make.task(make.definition(), make.instance(), desired_status=desired)
    task.last_status = status  # type: ignore[assignment]
    assert words.shape(task) == shape
    assert words.state(task).startswith(status)
