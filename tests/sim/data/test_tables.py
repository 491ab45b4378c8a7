"""The tables: every row has its source and date, and the numbers are those of the rulebook."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from ecslab.sim.data import tables
from tests.rules import rule

DATA = Path(tables.__file__).parent


@pytest.mark.parametrize("name", ["fargate_sizes", "instance_types", "limits", "timings"])
def test_every_row_has_source_and_date(name: str) -> None:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert all(row["source"] and len(row["as_of"]) == len("2026-01-01") for row in rows)


@rule("PN:R-4", "PN:R-5")
@pytest.mark.parametrize(
    ("name", "mib"),
    [("t3.medium", 3884), ("m4.large", 7985), ("t2.micro", 995), ("t3.large", 7768), ("t3.nano", 395)],
)
def test_registered_memory(name: str, mib: int) -> None:
    """PN:R-4 where somebody measured it, else PN:R-5."""
    assert tables.registered_memory_mib(name) == mib


@rule("PN:N-31", "PN:R-41")
def test_instance_types() -> None:
    """PN:N-31, PN:R-41."""
    known = tables.instance_type("g4dn.12xlarge")
    assert known is not None
    assert (known.vcpus, known.gpus, known.max_enis) == (48, 4, 8)
    assert tables.instance_type("t3.mega") is None
    assert len(tables.INSTANCE_TYPES) >= 40


@rule("SS:K-12")
@pytest.mark.parametrize(("size_mib", "ms"), [(400, 10_000), (1, 3_000), (50, 3_000), (51, 4_000), (0, 2_000)])
def test_cold_pull(size_mib: int, ms: int) -> None:
    """SS:K-12."""
    assert tables.pull_cold_ms(size_mib) == ms


@rule("SS:K-15", "SS:K-16", "SS:K-17", "SS:K-20", "SS:S-33")
def test_start_and_stop_totals() -> None:
    """SS:K-15, SS:K-16, SS:K-17, SS:K-20, SS:S-33."""
    at = tables.TIMINGS
    cold = tables.pull_cold_ms(400)
    assert at["fargate.provisioning"] + at["fargate.pending"] + cold + at["fargate.container_start"] == 35_000
    ec2 = at["ec2.pending"] + cold + at["ec2.container_start"]
    assert (at["ec2.awsvpc.provisioning"] + ec2, ec2) == (23_000, 13_000)
    assert at["app_exit"] + at["deprovisioning.awsvpc"] == 12_000
    assert tables.THROTTLE_WAITS == (30_000, 30_000, 300_000, 600_000, 1_200_000, 1_620_000)
