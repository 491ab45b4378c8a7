"""The law of rolling updates, watched from outside: no start above the ceiling, no healthy stop below the floor.

SS:D-1, SS:D-2, with the desired count of that moment (SS:S-9). What happened is read from the journal and judged with
sums of its own; nothing is asked of the scheduler.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from ecslab.sim.command import Command
from ecslab.sim.simulation import Outcome, Simulation
from ecslab.sim.world import JournalEntry, Start
from tests.rules import rule

CHECK = {"command": ["CMD", "true"], "interval": 10, "retries": 2}
Call = tuple[str, dict[str, Any]]
MOST_TIMERS = 3_000


@dataclass(slots=True)
class Watch:
    """The tasks of the service `web`, as the journal tells of them."""

    minimum: int = 100
    maximum: int = 200
    desired: int = 0
    in_progress: bool = False
    healthy: dict[str, bool] = field(default_factory=dict)
    starts: int = 0
    stops: int = 0

    def called(self, parameters: dict[str, Any]) -> None:
        """An accepted CreateService or UpdateService."""
        percents = parameters.get("deploymentConfiguration", {})
        self.minimum = percents.get("minimumHealthyPercent", self.minimum)
        self.maximum = percents.get("maximumPercent", self.maximum)

    def see(self, entry: JournalEntry) -> None:
        """One thing that happened, in order."""
        values = entry.values
        if entry.kind == "serviceChanged":
            self.desired = values["desiredCount"]
        elif entry.kind == "deployment" and values["state"] != "INACTIVE":
            self.in_progress = values["state"] == "IN_PROGRESS"
        elif entry.kind == "taskState" and values["service"] == "web" and values["from"] is None:
            self.healthy[entry.id] = False
            self.starts += 1
            assert len(self.healthy) <= floor(Fraction(self.desired * self.maximum, 100)), "a start above the ceiling"
        elif entry.kind == "taskState" and values["to"] == "STOPPED":
            self.healthy.pop(entry.id, None)
        elif entry.kind == "taskHealthy" and entry.id in self.healthy:
            self.healthy[entry.id] = values["healthy"]
        elif entry.kind == "taskStopDecided" and entry.id in self.healthy:
            self._stopped(entry)

    def _stopped(self, entry: JournalEntry) -> None:
        was_healthy, self.healthy[entry.id] = self.healthy[entry.id], False
        if was_healthy and self.in_progress and entry.values["code"] == "ServiceSchedulerInitiated":
            self.stops += 1
            least = ceil(Fraction(self.desired * self.minimum, 100))
            assert sum(self.healthy.values()) >= least, "a healthy task was stopped below the floor"


def container(image: str, *, checked: bool, port: int | None) -> dict[str, Any]:
    made: dict[str, Any] = {"name": "web", "image": image, "cpu": 256, "memory": 400}
    if checked:
        made["healthCheck"] = CHECK
    if port is not None:
        made["portMappings"] = [{"containerPort": 80, "hostPort": port}]
    return made


def begin(kind: str, *, checked: bool) -> Simulation:
    """A cluster with three machines, two images in three revisions; `kind` is `fargate`, `dynamic` or `static`."""
    simulation = Simulation.begin(Start(seed=3, tie_break="seeded"))
    port = {"fargate": None, "dynamic": 0, "static": 80}[kind]
    body: dict[str, Any] = {"family": "web"}
    if kind == "fargate":
        body |= {"cpu": "256", "memory": "512", "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"]}
    calls: list[Call] = [
        ("ecs:CreateCluster", {"clusterName": "game"}),
        ("lab:AddContainerInstances", {"cluster": "game", "instanceType": "t3.medium", "count": 3}),
    ]
    calls += [
        ("ecs:RegisterTaskDefinition", {**body, "containerDefinitions": [container(i, checked=checked, port=port)]})
        for i in ("one", "two", "one")
    ]
    for name, parameters in calls:
        assert isinstance(make(simulation, 0, name, parameters), Outcome)
    return simulation


def make(simulation: Simulation, at_ms: int, name: str, parameters: dict[str, Any]) -> Any:
    service, operation = name.split(":")
    return simulation.apply(Command(at_ms, service, operation, parameters))


percents = st.builds(
    lambda low, high: {"deploymentConfiguration": {"minimumHealthyPercent": low, "maximumPercent": high}},
    st.sampled_from([0, 34, 50, 75, 100]),
    st.sampled_from([100, 125, 150, 200, 300]),
)
desired = st.builds(lambda n: {"desiredCount": n}, st.integers(0, 7))
updates = st.builds(
    lambda *parts: ("ecs:UpdateService", {"cluster": "game", "service": "web", **{k: v for p in parts for k, v in p}}),
    st.one_of(st.just([]), desired.map(lambda d: list(d.items()))),
    st.one_of(st.just([]), percents.map(lambda d: list(d.items()))),
    st.sampled_from(
        [[], [("taskDefinition", "web:1")], [("taskDefinition", "web:2")], [("forceNewDeployment", True)]],
    ),
    st.sampled_from([[], [], [("healthCheckGracePeriodSeconds", 60)], [("healthCheckGracePeriodSeconds", 0)]]),
)
images = st.builds(
    lambda image, how: ("lab:PutImage", {"image": image, **how}),
    st.sampled_from(["one", "two"]),
    st.sampled_from(
        [
            {},
            {"missing": True},
            {"healthy": False},
            {"healthy": {"until": "50s"}},
            {"healthy": {"after": "25s"}},
            {"exitAfter": "20s", "exitCode": 1},
            {"handlesSigterm": False},
            {"pullSeconds": 40},
        ]
    ),
)
tasks = st.integers(1, 12).map(lambda n: f"{n:016x}")
calls = st.one_of(
    updates,
    updates,
    updates,
    images,
    tasks.map(lambda t: ("ecs:StopTask", {"cluster": "game", "task": t})),
    tasks.map(lambda t: ("lab:ExitContainer", {"task": t, "exitCode": 1})),
    st.integers(1, 4).map(lambda n: ("lab:FailInstance", {"instance": f"i-{n:016x}"})),
    st.just(("lab:AddContainerInstances", {"cluster": "game", "instanceType": "t3.medium"})),
    st.just(("ecs:DeleteService", {"cluster": "game", "service": "web", "force": True})),
)
delays = st.sampled_from([0, 1_000, 5_000, 13_000, 20_000, 40_000, 55_000, 90_000, 300_000])
stories = st.lists(st.tuples(delays, calls), max_size=10)
ROLL = ("ecs:UpdateService", {"cluster": "game", "service": "web", "taskDefinition": "web:2"})


def creation(simulation: Simulation, kind: str, how: dict[str, Any]) -> dict[str, Any]:
    made = {"cluster": "game", "serviceName": "web", "taskDefinition": "web:1", **how}
    if kind == "fargate":
        vpc = {"subnets": list(simulation.world.subnets), "assignPublicIp": "ENABLED"}
        made |= {"launchType": "FARGATE", "networkConfiguration": {"awsvpcConfiguration": vpc}}
    return {"availabilityZoneRebalancing": "DISABLED", **made}


@rule("SS:D-1", "SS:D-2", "SS:D-4", "SS:S-9")
@settings(max_examples=8 * settings().max_examples, deadline=None)
@given(
    st.sampled_from(["fargate", "dynamic", "static"]),
    st.booleans(),
    st.builds(lambda a, b: {**a, **b}, desired, percents),
    st.sampled_from([20_000, 120_000, 300_000]),
    stories,
)
def test_no_start_above_the_ceiling_no_stop_below_the_floor(
    kind: str, checked: bool, how: dict[str, Any], rolls_at_ms: int, story: list[tuple[int, Call]]
) -> None:
    """SS:D-1, SS:D-2, SS:D-4, SS:S-9."""
    simulation = begin(kind, checked=checked)
    watch, seen, at_ms = Watch(), len(simulation.world.journal), 0
    first = [(0, ("ecs:CreateService", creation(simulation, kind, how))), (rolls_at_ms, ROLL)]
    for delay, (name, parameters) in [*first, *story, (600_000, ("lab:PutImage", {"image": "last"}))]:
        at_ms += delay
        assert simulation.run_until(at_ms - 1, MOST_TIMERS), "the scheduler never comes to rest"
        seen = look(simulation, watch, seen)
        outcome = make(simulation, at_ms, name, parameters)
        if isinstance(outcome, Outcome) and name in ("ecs:CreateService", "ecs:UpdateService"):
            watch.called(parameters)
        seen = look(simulation, watch, seen)
    event(f"{kind}: a deployment stopped healthy tasks: {watch.stops > 0}")


def look(simulation: Simulation, watch: Watch, seen: int) -> int:
    for entry in simulation.world.journal[seen:]:
        watch.see(entry)
    return len(simulation.world.journal)
