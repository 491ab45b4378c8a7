"""Rolling updates to the second: the worked examples of SS section 9 that need no load balancer."""

from __future__ import annotations

import pytest

from tests.rules import rule
from tests.sim.stories import Story

START = 1000


def roll(desired: int, minimum: int, maximum: int) -> Story:
    story = Story().on_fargate()
    percents = {"minimumHealthyPercent": minimum, "maximumPercent": maximum}
    story.create(desired, deploymentConfiguration=percents)
    story.until(START - 1)
    assert story.service().is_steady
    story.update(START, forceNewDeployment=True)
    return story


@rule("SS:W-1", "SS:D-13", "SS:D-14")
def test_100_200_starts_all_then_stops_all() -> None:
    """SS:W-1."""
    story = roll(4, 100, 200).until(START)
    assert (story.total(), story.running()) == (8, 4)
    assert story.until(START + 35).running() == 8
    assert story.until(START + 75).running() == 4
    story.until(START + 86.999)
    assert story.service().primary.rollout_state == "IN_PROGRESS"
    story.until(START + 87)
    assert story.service().primary.rollout_state == "COMPLETED"
    at, completed = story.messages()[-2]
    assert at == START + 87
    assert completed.endswith("deployment completed.")
    assert story.messages()[-1] == (START + 87, "(service web) has reached a steady state.")


@rule("SS:W-2", "SS:W-3", "SS:W-4", "SS:W-5")
@pytest.mark.parametrize(
    ("desired", "minimum", "maximum", "completed_after"),
    [
        pytest.param(4, 50, 100, 174, id="SS:W-2"),
        pytest.param(4, 100, 150, 174, id="SS:W-3"),
        pytest.param(10, 50, 150, 87, id="SS:W-4"),
        pytest.param(2, 50, 100, 174, id="SS:W-5 one at a time"),
        pytest.param(1, 0, 100, 87, id="SS:W-5 with downtime"),
    ],
)
def test_completes_when_the_book_says(desired: int, minimum: int, maximum: int, completed_after: int) -> None:
    story = roll(desired, minimum, maximum)
    story.until(START + completed_after - 0.001)
    assert story.service().primary.rollout_state == "IN_PROGRESS"
    story.until(START + completed_after)
    assert story.service().primary.rollout_state == "COMPLETED"


@rule("SS:D-5", "SS:W-5")
@pytest.mark.parametrize(("desired", "minimum", "maximum"), [(3, 100, 125), (1, 50, 100), (4, 100, 100)])
def test_stuck_configurations_say_so_once(desired: int, minimum: int, maximum: int) -> None:
    """SS:W-5, SS:D-5."""
    story = roll(desired, minimum, maximum).until(START + 3600)
    told = [m for _, m in story.messages() if "was unable to stop or start tasks during a deployment" in m]
    assert len(told) == 1
    assert story.running() == desired
    assert story.service().primary.rollout_state == "IN_PROGRESS"


@rule("SS:W-23", "PN:E-24", "SS:S-30", "SS:S-33")
def test_bad_image_is_throttled() -> None:
    """SS:W-23: starts at 0, 60, 120, 450, 1080, 2310, 3960; the impaired message once, at 150."""
    story = Story().on_fargate()
    story.call("lab:PutImage", image="web", missing=True)
    story.create(1)
    story.until(4000)
    starts = [at for at, m in story.messages() if "has started" in m]
    assert starts == [0, 60, 120, 450, 1080, 2310, 3960]
    assert [at for at, m in story.messages() if "unable to consistently start" in m] == [150]


@rule("SS:W-24", "PN:E-24", "SS:S-31")
def test_crash_loop_is_not_throttled() -> None:
    """SS:W-24: a new start every 46 seconds, for ever."""
    story = Story().on_fargate()
    story.call("lab:PutImage", image="web", exitAfter="1s", exitCode=1)
    story.create(1)
    story.until(200)
    assert [at for at, m in story.messages() if "has started" in m] == [0, 46, 92, 138, 184]


@rule("SS:K-16", "SS:K-17")
@pytest.mark.parametrize(("network_mode", "cold"), [("bridge", 13), ("awsvpc", 23)])
def test_ec2_start_takes_what_the_book_says(network_mode: str, cold: int) -> None:
    """SS:K-16, SS:K-17: cold, then ten seconds less pull but one when the image is on the instance."""
    story = Story().on_instances(1)
    body = {"family": "job", "networkMode": network_mode}
    story.call("ecs:RegisterTaskDefinition", **body, containerDefinitions=[{"name": "j", "image": "j", "memory": 64}])
    network = {"awsvpcConfiguration": {"subnets": list(story.simulation.world.subnets)}}
    members = {"networkConfiguration": network} if network_mode == "awsvpc" else {}
    for at, duration in ((0, cold), (100, cold - 9)):
        made = story.call("ecs:RunTask", at, cluster="game", taskDefinition="job", **members)
        task = story.simulation.world.tasks[made["tasks"][0]["taskArn"]]
        story.until(at + duration - 0.001)
        assert task.last_status == "ACTIVATING"
        story.until(at + duration)
        assert task.last_status == "RUNNING"
