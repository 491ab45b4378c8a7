"""The laws of the core as properties: whatever is asked, in whatever order."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ecslab.sim.command import Command
from ecslab.sim.simulation import Rejection, Simulation
from ecslab.sim.timers import Reconcile
from ecslab.sim.world import Start, World
from tests.rules import rule
from tests.sim.stories import WEB

Call = tuple[int, str, dict[str, Any]]
STRATEGIES: list[list[dict[str, str]]] = [
    [],
    [{"type": "binpack", "field": "memory"}],
    [{"type": "spread", "field": "attribute:ecs.availability-zone"}, {"type": "binpack", "field": "cpu"}],
    [{"type": "random"}],
]
PERCENTS = st.tuples(st.sampled_from([0, 50, 100]), st.sampled_from([100, 125, 150, 200]))

calls = st.one_of(
    st.builds(
        lambda t, i: ("lab:AddContainerInstances", {"cluster": "game", "instanceType": t, "count": i}),
        st.sampled_from(["t3.micro", "t3.medium", "nonsense"]),
        st.integers(0, 3),
    ),
    st.builds(
        lambda n, s: ("ecs:RunTask", {"cluster": "game", "taskDefinition": "web", "count": n, "placementStrategy": s}),
        st.integers(0, 11),
        st.sampled_from(STRATEGIES),
    ),
    st.builds(
        lambda n, s, p: (
            "ecs:CreateService",
            {
                "cluster": "game",
                "serviceName": "web",
                "taskDefinition": "web",
                "desiredCount": n,
                "placementStrategy": s,
                "availabilityZoneRebalancing": "DISABLED",
                "deploymentConfiguration": {"minimumHealthyPercent": p[0], "maximumPercent": p[1]},
            },
        ),
        st.integers(0, 8),
        st.sampled_from(STRATEGIES),
        PERCENTS,
    ),
    st.builds(
        lambda n, force: (
            "ecs:UpdateService",
            {"cluster": "game", "service": "web", "desiredCount": n, "forceNewDeployment": force},
        ),
        st.integers(0, 8),
        st.booleans(),
    ),
    st.builds(lambda n: ("lab:FailInstance", {"instance": f"i-{n:016x}"}), st.integers(1, 4)),
    st.builds(lambda n: ("ecs:StopTask", {"cluster": "game", "task": f"{n:016x}"}), st.integers(1, 9)),
    st.builds(lambda n: ("lab:ExitContainer", {"task": f"{n:016x}", "exitCode": 1}), st.integers(1, 9)),
    st.builds(lambda m: ("lab:PutImage", {"image": "web", "missing": m}), st.booleans()),
    st.just(("ecs:DeleteService", {"cluster": "game", "service": "web", "force": True})),
    st.just(("ecs:DeleteCluster", {"cluster": "game"})),
    st.just(
        (
            "ecs:CreateService",
            {"cluster": "game", "serviceName": "agent", "taskDefinition": "web", "schedulingStrategy": "DAEMON"},
        )
    ),
    st.just(("ecs:UpdateService", {"cluster": "game", "service": "agent", "forceNewDeployment": True})),
    st.builds(
        lambda n, status: (
            "ecs:UpdateContainerInstancesState",
            {"cluster": "game", "containerInstances": [f"{n:016x}"], "status": status},
        ),
        st.integers(1, 4),
        st.sampled_from(["ACTIVE", "DRAINING"]),
    ),
)
stories = st.lists(st.tuples(st.integers(0, 120_000), calls), max_size=14)


def begin(tie_break: str = "seeded") -> Simulation:
    simulation = Simulation.begin(Start(seed=7, tie_break=tie_break))
    for name, parameters in (("CreateCluster", {"clusterName": "game"}), ("RegisterTaskDefinition", WEB)):
        simulation.apply(Command(0, "ecs", name, parameters))
    simulation.apply(
        Command(0, "lab", "AddContainerInstances", {"cluster": "game", "instanceType": "t3.micro", "count": 3})
    )
    return simulation


def play(simulation: Simulation, story: list[tuple[int, tuple[str, dict[str, Any]]]]) -> None:
    at_ms = simulation.world.now_ms
    for delay, (name, parameters) in story:
        at_ms += delay
        service, operation = name.split(":")
        simulation.apply(Command(at_ms, service, operation, parameters))
        check(simulation.world)
    simulation.run_until(at_ms + 400_000)
    check(simulation.world)


def check(world: World) -> None:
    for instance in world.container_instances.values():
        assert instance.remaining_cpu_units >= 0
        assert instance.remaining_memory_mib >= 0
        assert instance.remaining_task_enis >= 0
        held = [t for t in world.tasks_on(instance.arn) if t.last_status not in ("STOPPING", "DEPROVISIONING")]
        assert instance.reserved_memory_mib == sum(t.memory_mib for t in held)
        assert sum(1 for t in world.tasks_on(instance.arn) if t.group == "service:agent") <= 1


@rule("PN:R-7", "PN:P-51")
@settings(max_examples=60, deadline=None)
@given(stories)
def test_remaining_resources_never_fall_below_zero(story: list[Any]) -> None:
    """PN:R-7, in the placement view; and never two tasks of the daemon `agent` on one instance (PN:P-51)."""
    play(begin(), story)


@settings(max_examples=40, deadline=None)
@given(stories, stories)
def test_a_restored_snapshot_has_the_same_future(past: list[Any], future: list[Any]) -> None:
    simulation = begin()
    play(simulation, past)
    copy = Simulation.restore(simulation.snapshot())
    assert copy.digest() == simulation.digest()
    play(simulation, future)
    play(copy, future)
    assert copy.digest() == simulation.digest()


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.sampled_from(["timer", "schema", "world", "at_ms"]), st.sampled_from(["a", "Reconcile"])))
def test_names_that_people_choose_mean_nothing_to_a_snapshot(chosen: dict[str, str]) -> None:
    """Attributes and tags may be called like what a snapshot writes itself."""
    simulation = begin()
    attributes = [{"name": name, "value": value} for name, value in chosen.items()]
    added = {"cluster": "game", "instanceType": "t3.micro", "attributes": attributes}
    simulation.apply(Command(0, "lab", "AddContainerInstances", added))
    tags = [{"key": name, "value": value} for name, value in chosen.items()]
    ran = {"cluster": "game", "taskDefinition": "web", "overrides": chosen, "tags": tags}
    simulation.apply(Command(0, "ecs", "RunTask", ran))
    copy = Simulation.restore(simulation.snapshot())
    assert copy.digest() == simulation.digest()
    assert list(copy.world.container_instances.values()) == list(simulation.world.container_instances.values())


@settings(max_examples=40, deadline=None)
@given(stories)
def test_a_refused_call_changes_nothing(story: list[Any]) -> None:
    simulation = begin()
    at_ms = 0
    for delay, (name, parameters) in story:
        at_ms += delay
        simulation.run_until(at_ms - 1)
        simulation.run_until(at_ms) if at_ms == 0 else None
        service, operation = name.split(":")
        twin = Simulation.restore(simulation.snapshot())
        twin.run_until(at_ms - 1)
        outcome = simulation.apply(Command(at_ms, service, operation, parameters))
        if isinstance(outcome, Rejection):
            twin.world.now_ms = at_ms
            assert twin.digest() == simulation.digest()


@rule("SS:K-2")
def test_timers_know_their_place() -> None:
    """SS:K-2: the scheduler looks after tasks have changed."""
    simulation = begin()
    simulation.world.agenda.push(5, Reconcile("nobody"))
    assert simulation.next_change_ms() == 5
