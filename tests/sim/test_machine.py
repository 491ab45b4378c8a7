"""Random legal and illegal calls and faults for long runs, against simple counts made of what Describe answers.

`make fuzz` runs many more.
"""

from __future__ import annotations

import os
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import initialize, invariant, run_state_machine_as_test

from tests.sim.machine import counts
from tests.sim.machine.demand import Demand
from tests.sim.machine.opening import FAMILIES
from tests.sim.machine.supply import Supply
from tests.sim.machine.times import Times
from tests.sim.machine.told import Told, told
from tests.sim.machine.workloads import BEHIND, LAUNCH, Workloads
from tests.sim.rules.placement.test_index import assert_same_choices

IS_FUZZ = os.environ.get("HYPOTHESIS_PROFILE") == "fuzz"
BILL_EACH = 5
"""A bill takes longer than all other counts together."""
FIRST_SERVICE = some.tuples(some.sampled_from(FAMILIES), some.integers(1, 4), LAUNCH, BEHIND)


class Machine(Workloads, Supply, Demand, Times):
    """All rules, and after each of them all counts; `begun` counts the worlds."""

    begun = 0

    def __init__(self) -> None:
        super().__init__()
        self.charged = Decimal(0)
        self.before: Told | None = None

    @initialize(
        seed=some.integers(0, 3),
        tie=some.sampled_from(["canonical", "seeded"]),
        pace=some.sampled_from([0, 1_000, 20_000, 60_000]),
        first=some.lists(FIRST_SERVICE, min_size=2, max_size=4),
    )
    def begin(self, seed: int, tie: str, pace: int, first: list[tuple[str, int, str | None, str]]) -> None:
        """Some services have come up before anything else."""
        Machine.begun += 1
        self.open(seed, tie, pace)
        for family, desired, shares, behind in first:
            self.create_service(family, desired, 2, shares, behind, ((100, 200), []))
        self.run_until(self.simulation.world.now_ms + 90_000)

    @invariant()
    def everything_adds_up(self) -> None:
        """After each step; the first is `begin`."""
        now = told(self.simulation)
        before, self.before = self.before or now, now
        counts.check_instances(now)
        counts.check_ports(now)
        counts.check_addresses(now)
        counts.check_targets(now, self.deregistered)
        counts.check_fargate(now, counts.fargate_units(before), self.quotas)
        counts.check_providers(now)
        assert_same_choices(self.simulation.world)
        if self.moved:
            counts.check_groups(now)
            counts.check_desired(now, self.wanted)
        if len(self.log) % BILL_EACH == 0:
            self.charged = counts.check_bill(self.simulation, self.charged)


@pytest.mark.hypothesis
@pytest.mark.parametrize("part", range(4) if IS_FUZZ else range(1))
def test_whatever_is_done_everything_adds_up(part: int) -> None:
    """The same 200 worlds in every `make test`, 20,000 others in `make fuzz`, in parts that can run side by side."""
    del part
    worlds, before = 5_000 if IS_FUZZ else 200, Machine.begun
    examples = settings(
        max_examples=worlds,
        stateful_step_count=25,
        deadline=None,
        derandomize=not IS_FUZZ,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    run_state_machine_as_test(Machine, settings=examples)
    assert Machine.begun - before >= worlds
