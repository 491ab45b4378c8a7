"""Targets, groups and settings that change under a load balancer's feet."""

from __future__ import annotations

from tests.rules import rule
from tests.sim import balancing
from tests.sim.balancing import INNER, LISTENER, SPARE, SUBNETS, TCP, VPC, WEB
from tests.sim.stories import WEB as TASK
from tests.sim.stories import Story
from tests.sim.test_load_balancing import PORTS, behind, lab, refused, set_attributes, shares

MACHINE = "i-0000000000000001"


def test_a_target_that_is_named_twice_is_taken_out_once() -> None:
    story = lab(1)
    story.call("elbv2:RegisterTargets", TargetGroupArn=SPARE, Targets=[{"Id": MACHINE, "Port": 80}])
    twice = [{"Id": MACHINE}, {"Id": MACHINE, "Port": 80}]
    story.call("elbv2:DeregisterTargets", 1, TargetGroupArn=SPARE, Targets=twice)
    assert balancing.health(story, SPARE) == []


@rule("PN:L-46")
def test_a_slow_start_lasts_as_long_as_it_was_when_it_began() -> None:
    story = lab(2)
    set_attributes(story, 0, slow_start__duration_seconds="60")
    behind(story, 1).update(50, desiredCount=2)
    turned = next(at for at in range(55, 120) if len(shares(story.until(at))) == 2)
    set_attributes(story, turned + 1, slow_start__duration_seconds="0")
    assert shares(story.until(turned + 30)) == [("a", "2/3"), ("b", "1/3")]
    set_attributes(story, turned + 31, slow_start__duration_seconds="900")
    assert shares(story.until(turned + 60)) == [("a", "1/2"), ("b", "1/2")]


def _states(story: Story) -> list[str]:
    return [task.last_status for task in story.simulation.world.tasks.values()]


def _draining(story: Story) -> Story:
    """The one task of the service waits for its target."""
    behind(story, 1).update(50, desiredCount=0)
    assert _states(story.until(50)) == ["DEACTIVATING"]
    return story


@rule("PN:L-43")
def test_a_task_waits_no_longer_for_a_target_whose_group_is_deleted() -> None:
    story = _draining(lab(1))
    story.call("elbv2:DeleteListener", 60, ListenerArn=LISTENER)
    story.call("elbv2:DeleteTargetGroup", 60, TargetGroupArn=WEB)
    assert _states(story) == ["STOPPING"]


@rule("PN:L-43")
def test_a_task_waits_no_longer_for_a_target_that_somebody_else_has_taken() -> None:
    story = _draining(lab(1))
    (place,) = balancing.health(story)
    story.call("elbv2:RegisterTargets", 60, TargetGroupArn=WEB, Targets=[{"Id": place[0], "Port": place[1]}])
    assert _states(story) == ["STOPPING"]


@rule("PN:L-42")
def test_a_task_that_lost_its_group_is_replaced_at_once() -> None:
    story = behind(lab(2), 1)
    story.call("elbv2:DeleteListener", 60, ListenerArn=LISTENER)
    story.call("elbv2:DeleteTargetGroup", 60, TargetGroupArn=WEB)
    assert story.until(60).total() == 2


def test_nodes_that_move_are_probed_from_where_they_are() -> None:
    story = Story()
    story.call("ecs:CreateCluster", clusterName="game")
    story.call("lab:AddContainerInstances", cluster="game", instanceType="t3.medium", subnets=SUBNETS[:1])
    story.call("ecs:RegisterTaskDefinition", **TASK)
    story.call("ec2:CreateSubnet", VpcId=VPC, CidrBlock="172.31.200.0/24", AvailabilityZone="us-east-1a")
    balancing.live(story)
    node = story.simulation.world.load_balancers[INNER].nodes[0]
    story.call("ec2:AuthorizeSecurityGroupIngress", **{**PORTS, "CidrIp": f"{node.address}/32"})
    behind(story, 1, TCP)
    assert balancing.health(story.until(100), TCP)[0][2] == "healthy"
    elsewhere = list(story.simulation.world.subnets)[-1]
    story.call("elbv2:SetSubnets", 100, LoadBalancerArn=INNER, Subnets=[elsewhere, SUBNETS[1]])
    story.until(200)
    assert "Target.Timeout" in [reason for _, _, _, reason in balancing.health(story, TCP)]


def test_a_node_that_stays_needs_no_address() -> None:
    story = Story()
    story.call("ec2:CreateSubnet", VpcId=VPC, CidrBlock="172.31.200.0/28", AvailabilityZone="us-east-1a")
    small = list(story.simulation.world.subnets.values())[-1]
    members = {"Type": "network", "Scheme": "internal", "Subnets": [small.id]}
    arn = story.call("elbv2:CreateLoadBalancer", Name="small", **members)["LoadBalancers"][0]["LoadBalancerArn"]
    story.call("ecs:CreateCluster", clusterName="game")
    count = small.free_addresses
    story.call("lab:AddContainerInstances", cluster="game", instanceType="t3.medium", count=count, subnets=[small.id])
    zones = story.call("elbv2:SetSubnets", 1, LoadBalancerArn=arn, Subnets=[small.id])["AvailabilityZones"]
    assert [zone["SubnetId"] for zone in zones] == [small.id]


def test_an_address_of_a_vpc_that_is_deleted_is_no_target() -> None:
    story = Story()
    vpc = story.call("ec2:CreateVpc", CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    members = {"Protocol": "HTTP", "Port": 80, "VpcId": vpc, "TargetType": "ip"}
    arn = story.call("elbv2:CreateTargetGroup", Name="left", **members)["TargetGroups"][0]["TargetGroupArn"]
    story.call("ec2:DeleteVpc", VpcId=vpc)
    code, _ = refused(story, "elbv2:RegisterTargets", TargetGroupArn=arn, Targets=[{"Id": "10.0.0.5"}])
    assert code == "InvalidTarget"


@rule("PN:L-5", "SS:S-40", "SS:S-41")
def test_a_service_says_that_its_target_group_is_gone() -> None:
    """A replacement that cannot be registered never counts as healthy: its service says why, once in six hours."""
    story = behind(lab(2), 1)
    story.call("elbv2:DeleteListener", 60, ListenerArn=LISTENER)
    story.call("elbv2:DeleteTargetGroup", 60, TargetGroupArn=WEB)
    assert not told_missing(story.until(60))
    ((at, message),) = told_missing(story.until(1000))
    failed = f"failed to register targets in (target-group {WEB})"
    assert (at, message) == (73, f"(service web) {failed} with (error One or more target groups not found)")
    assert len(told_missing(story.until(at + 6 * 3600))) == 2


def told_missing(story: Story) -> list[tuple[float, str]]:
    return [(at, message) for at, message in story.messages() if "failed to register" in message]
