"""Time, copies and repeats: what a world does by itself, and that there is only one way for it to go on."""

from __future__ import annotations

import json
from itertools import pairwise

from hypothesis import strategies as some
from hypothesis.stateful import rule

from ecslab.sim.command import Command
from ecslab.sim.simulation import Outcome, Simulation
from tests.sim.balancing import FRONT, SUBNETS
from tests.sim.machine.account import Account
from tests.sim.machine.demand import scaled
from tests.sim.machine.opening import FAMILIES, GAME, PROVIDERS, ZONES

HOUR_MS = 3_600_000
SETTLED_TIMERS = 400
"""More than what is left to do in a day when nothing is sent, nothing breaks and no schedule is due."""
RETRIED_TIMERS = 500
"""More than what a task that never comes to run asks for in a day: it is tried again every half hour (SS:S-33)."""


def calm(simulation: Simulation) -> None:
    """Take all away that goes on by itself: load, schedules, lost and disabled zones, programs that end.

    A group in zones where its provider's tasks cannot run is scaled out and in for ever, as it would be on AWS.
    """

    def call(call: str, /, **parameters: object) -> bool:
        service, operation = call.split(":")
        return isinstance(simulation.apply(Command(simulation.world.now_ms, service, operation, parameters)), Outcome)

    call("lab:SetTraffic", loadBalancer="front", requestsPerSecond=0)
    call("elbv2:SetSubnets", LoadBalancerArn=FRONT, Subnets=SUBNETS)
    for family in FAMILIES:
        call("lab:SetTraffic", cluster=GAME, service=family, requestsPerSecond=0)
        call("application-autoscaling:DeleteScheduledAction", **scaled(family), ScheduledActionName="often")
    call("events:RemoveTargets", Rule="often", Ids=["1"])
    call("events:DeleteRule", Name="often")
    call("lab:PutImage", image="web")
    for zone in ZONES:
        call("lab:RecoverZone", zone=zone)
    for name in PROVIDERS:
        off = {"managedScaling": {"status": "DISABLED"}}
        call("ecs:UpdateCapacityProvider", name=name, autoScalingGroupProvider=off)


def running_of(simulation: Simulation, service_arn: str) -> int:
    return sum(task.is_running for task in simulation.world.tasks_of(service_arn))


class Times(Account):
    """Rules about moments and copies."""

    @rule(ms=some.integers(0, 5_000))
    def moments_pass(self, ms: int) -> None:
        self.run_until(self.simulation.world.now_ms + ms)

    @rule(ms=some.integers(5_000, 400_000))
    def minutes_pass(self, ms: int) -> None:
        self.run_until(self.simulation.world.now_ms + ms)

    @rule(hours=some.integers(1, 3))
    def hours_pass(self, hours: int) -> None:
        self.run_until(self.simulation.world.now_ms + hours * HOUR_MS)

    @rule(vanish=some.booleans())
    def save_and_load(self, vanish: bool) -> None:
        """A snapshot has the same future; from here on the run goes on from it, its journal kept."""
        snapshot = json.loads(json.dumps(self.simulation.snapshot()))
        copy = Simulation.restore(snapshot)
        assert copy.digest() == self.simulation.digest()
        if vanish:
            copy.world.past = self.simulation.world.past
            copy.world.journal.extend(self.simulation.world.journal)
            self.simulation = copy

    @rule(ms=some.integers(1, 100_000))
    def fork(self, ms: int) -> None:
        """A fork has the same future, in one stretch as in two, and what happens in it is not seen here."""
        before, now = self.simulation.digest(), self.simulation.world.now_ms
        twin, third = self.simulation.fork(), self.simulation.fork()
        assert twin.digest() == before
        twin.run_until(now + ms // 2)
        twin.run_until(now + ms)
        third.run_until(now + ms)
        assert twin.digest() == third.digest()
        assert self.simulation.digest() == before
        self.run_until(now + ms)
        assert self.simulation.digest() == third.digest()

    @rule()
    def replay(self) -> None:
        """The same calls at the same moments make the same world (core law 3)."""
        assert self.replayed().digest() == self.simulation.digest()

    @rule()
    def settle(self) -> None:
        """A world that nothing is done to has little to do after some hours."""
        twin = self.simulation.fork()
        calm(twin)
        settled = twin.world.now_ms + 6 * HOUR_MS
        moments = range(twin.world.now_ms, settled + 1, HOUR_MS)
        for begin, end in pairwise(moments):
            assert twin.run_until(end, 20_000), (begin, twin.world.agenda.entries[:3])
        missing = sum(max(s.desired_count - running_of(twin, s.arn), 0) for s in twin.world.services.values())
        allowed = SETTLED_TIMERS + RETRIED_TIMERS * missing
        assert twin.run_until(settled + 24 * HOUR_MS, allowed), sorted(twin.world.agenda.entries)[:5]
