"""What keeps a task from an instance, requirement by requirement, and which one is the closest (PN:P-11, PN:E-21)."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.decisions import Candidate, Decision, PlacementRequest, Verdict
from ecslab.sim.rules.placement import place
from tests.rules import rule
from tests.sim.rules.test_providers import fargate
from tests.sim.stories import Story

ASK = {"cluster": "game", "taskDefinition": "x"}
ARM, X86, WINDOWS = "ecs.cpu-architecture == arm64", "ecs.cpu-architecture == x86_64", "ecs.os-type == windows"
SPLUNK = "com.amazonaws.ecs.capability.logging-driver.splunk"


def define(story: Story, container: dict[str, Any] | None = None, **members: Any) -> None:
    listed = [{"name": "web", "image": "web", "memory": 128, **(container or {})}]
    story.call("ecs:RegisterTaskDefinition", family="x", containerDefinitions=listed, **members)


def lacks(answer: dict[str, Any]) -> list[list[str]]:
    """What each instance lacks of the attributes; nothing for one that may take the task."""
    for candidate in answer["candidates"]:
        last = candidate["verdicts"][-1]
        assert (candidate["reason"] == "ATTRIBUTE") == (last["check"] == "ATTRIBUTE") == ("missing" in last)
    return [candidate["verdicts"][-1].get("missing", []) for candidate in answer["candidates"]]


@rule("PN:R-32", "PN:R-33")
@pytest.mark.parametrize(
    ("platform", "missing"),
    [
        ({"cpuArchitecture": "ARM64"}, [[ARM], []]),
        ({"cpuArchitecture": "X86_64"}, [[], [X86]]),
        ({"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}, [[WINDOWS], [WINDOWS]]),
        ({"operatingSystemFamily": "LINUX", "cpuArchitecture": "ARM64"}, [[ARM], []]),
        (
            {"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE", "cpuArchitecture": "ARM64"},
            [[ARM, WINDOWS], [WINDOWS]],
        ),
        ({"operatingSystemFamily": "LINUX"}, [[], []]),
        ({}, [[], []]),
    ],
)
def test_the_platform_of_a_task_keeps_it_from_other_machines(
    platform: dict[str, str], missing: list[list[str]]
) -> None:
    story = Story().on_instances(1)
    story.call("lab:AddContainerInstances", cluster="game", instanceType="t4g.medium")
    define(story, **({"runtimePlatform": platform} if platform else {}))
    assert lacks(story.read("lab:ExplainPlacement", **ASK)) == missing


@rule("PN:R-32")
def test_a_log_driver_that_the_agent_does_not_have() -> None:
    story = Story().on_instances(1)
    define(story, {"logConfiguration": {"logDriver": "splunk"}})
    answer = story.read("lab:ExplainPlacement", **ASK)
    assert lacks(answer) == [[SPLUNK]]
    assert answer["candidates"][0]["verdicts"][-1] == {
        "step": "requirement",
        "check": "ATTRIBUTE",
        "passed": False,
        "need": [SPLUNK],
        "have": None,
        "missing": [SPLUNK],
        "rule": "PN:R-32",
        "mark": "D",
    }


@rule("PN:N-35")
def test_subnets_of_another_vpc() -> None:
    story = Story().on_instances(1)
    define(story, networkMode="awsvpc")
    vpc = story.call("ec2:CreateVpc", CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    made = story.call("ec2:CreateSubnet", VpcId=vpc, CidrBlock="10.0.0.0/24", AvailabilityZone="us-east-1a")
    subnets = [made["Subnet"]["SubnetId"]]

    def answer() -> dict[str, Any]:
        network = {"awsvpcConfiguration": {"subnets": subnets}}
        return story.read("lab:ExplainPlacement", **ASK, networkConfiguration=network)

    assert lacks(answer()) == [[f"ecs.vpc-id == {vpc}"]]
    subnets[:] = ["subnet-0000000000000001"]
    assert lacks(answer()) == [[]]


def candidate(number: int, step: Any, check: str, passed: int = 0, reason: str | None = "") -> Candidate:
    """A rejected instance that passed so many checks before the one that failed."""
    before = [Verdict("requirement", "AGENT", True, "PN:R-21", "D", {})] * passed
    last = Verdict(step, check, False, "PN:P-11", "D", {})
    told = check if reason == "" else reason
    return Candidate(f"instance/{number}", "rejected", told, (*before, last), {})


def decision(*candidates: Candidate, provider: str | None = None) -> Decision:
    request = PlacementRequest("game", "service:web", 256, 512, capacity_provider=provider)
    return Decision("start", 0, "service:web", request, (), candidates, None)


ORDER = ("AGENT", "ATTRIBUTE", "LOCATION", "RESOURCE:CPU", "RESOURCE:MEMORY", "RESOURCE:GPU", "RESOURCE:PORTS")


@rule("PN:E-21")
@pytest.mark.parametrize("number", range(len(ORDER)))
def test_the_closest_instance_failed_last(number: int) -> None:
    """Each requirement is nearer than those before it; an interface is nearer still, and a constraint nearest."""
    earlier = [candidate(n, "requirement", check) for n, check in enumerate(ORDER[: number + 1])]
    assert place.closest(decision(*earlier)) is earlier[-1]
    assert place.closest(decision(*reversed(earlier))) is earlier[-1]
    eni = candidate(90, "requirement", "RESOURCE:ENI")
    assert place.closest(decision(eni, *earlier)) is eni
    assert place.closest(decision(*earlier, eni)) is eni
    distinct = candidate(91, "constraint", "distinctInstance", 1)
    member = candidate(92, "constraint", "memberOf", 2)
    assert place.closest(decision(distinct, eni, *earlier, member)) is member
    assert place.closest(decision(distinct, eni, *earlier)) is distinct


@rule("PN:E-21")
def test_the_first_of_equals_is_the_closest_and_one_that_is_not_active_never() -> None:
    two = [candidate(n, "requirement", "RESOURCE:CPU") for n in (1, 2)]
    draining = candidate(3, "eligibility", "STATUS", reason=None)
    assert place.closest(decision(draining, *two)) is two[0]
    assert place.closest(decision(draining)) is None


LEAD = "was unable to place a task because no container instance met all of its requirements."
SEE = "For more information, see the Troubleshooting section of the Amazon ECS Developer Guide."


@rule("PN:E-3", "PN:E-20")
@pytest.mark.parametrize(
    ("failed", "provider", "said"),
    [
        (None, None, "Reason: No Container Instances were found in your cluster."),
        (None, "spot", "Reason: No Container Instances were found in your capacity provider."),
        ("RESOURCE:CPU", None, "The closest matching (container-instance 7) has insufficient CPU units available."),
        ("RESOURCE:MEMORY", "spot", "The closest matching (container-instance 7) has insufficient memory available."),
        ("AGENT", None, 'The closest matching (container-instance 7) encountered error "AGENT".'),
    ],
)
def test_the_sentence_of_a_task_without_a_place(failed: str | None, provider: str | None, said: str) -> None:
    candidates = [candidate(7, "requirement", failed)] if failed else []
    assert place.unplaced_sentence(decision(*candidates, provider=provider)) == f"{LEAD} {said} {SEE}"


TWO_AND_SPOT = [
    {"capacityProvider": "FARGATE", "base": 2, "weight": 0},
    {"capacityProvider": "FARGATE_SPOT", "weight": 1},
]


@rule("PN:K-11", "SS:C-56", "PN:K-9")
def test_the_next_stop_of_a_service_on_two_fargate_providers() -> None:
    """FARGATE has one more than its share; of its tasks those in the fullest zone go first, and there the oldest."""
    story = fargate(6, TWO_AND_SPOT)
    story.until(200)
    answer = story.read("lab:ExplainPlacement", cluster="game", service="web", which="stop")
    first = answer["candidates"][0]["verdicts"]
    assert [v["check"] for v in first] == ["capacityProvider"]
    spot = next(c for c in answer["candidates"] if c["result"] == "chosen")["verdicts"]
    assert [
        (v["step"], v["check"], v["field"], v["value"], v["kept"], v["rule"], v["mark"]) for v in spot if "value" in v
    ] == [
        ("strategy", "capacityProvider", None, "FARGATE_SPOT", True, "SS:C-56", "C"),
        ("strategy", "spread", "attribute:ecs.availability-zone", "us-east-1a", True, "PN:K-11", "D"),
    ]
    assert answer["group"] == "service:web"


@rule("PN:K-11", "PN:B-7", "SS:C-56")
def test_zones_are_balanced_for_each_fargate_provider_alone() -> None:
    """Zones a and b have a task on FARGATE too; among those on FARGATE_SPOT every zone has one."""
    story = fargate(5, TWO_AND_SPOT)
    story.until(200)
    answer = story.read("lab:ExplainPlacement", cluster="game", service="web", which="stop")
    on_spot = answer["candidates"][2:]
    assert [(c["result"], c["zone"][-1], c["verdicts"][-1]["score"]) for c in on_spot] == [
        ("chosen", "a", -1),
        ("tied", "b", -1),
        ("tied", "c", -1),
    ]
