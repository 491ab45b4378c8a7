"""Load balancers: numbers and defaults, and how requests are shared among targets (PN section 10)."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.simulation import Outcome, Rejection
from tests.rules import rule
from tests.sim import balancing
from tests.sim.balancing import FRONT, GROUP, INNER, LISTENER, SUBNETS, TCP, VPC, WEB
from tests.sim.stories import Story

PORTS = {"GroupId": GROUP, "IpProtocol": "tcp", "FromPort": 1, "ToPort": 65535, "CidrIp": "0.0.0.0/0"}
QUICK = {"HealthCheckIntervalSeconds": 10, "HealthyThresholdCount": 2, "Matcher": {"HttpCode": "200-299"}}


def lab(instances: int = 3, **group: Any) -> Story:
    """Load balancers, open security groups and container instances one in each zone."""
    story = balancing.live(Story().on_instances(instances), **{**QUICK, **group})
    story.call("ec2:AuthorizeSecurityGroupIngress", **PORTS)
    return story


def behind(story: Story, desired: int, group: str = WEB, **members: Any) -> Story:
    """The service `web` behind a target group; its tasks are healthy from 40 s on."""
    wired = [{"targetGroupArn": group, "containerName": "web", "containerPort": 80}]
    story.create(desired, 0, loadBalancers=wired, **members)
    return story.until(40)


def shares(story: Story, balancer: str = FRONT, **request: Any) -> list[tuple[str, str]]:
    """The target's zone and share of each target that gets requests, by instance."""
    found = story.read("lab:SendRequest", loadBalancer=balancer, **request)["shares"]
    zones = {m.id: m.availability_zone[-1] for m in story.simulation.world.ec2_instances.values()}
    return [(zones[share["target"]], share["share"]) for share in found]


def set_attributes(story: Story, at: float, group: str = WEB, **values: str) -> Outcome | Rejection:
    """ModifyTargetGroupAttributes; `__` stands for a dot."""
    attributes = [{"Key": key.replace("__", "."), "Value": value} for key, value in values.items()]
    return story.attempt("elbv2:ModifyTargetGroupAttributes", at, TargetGroupArn=group, Attributes=attributes)


def refused(story: Story, name: str, **parameters: Any) -> tuple[str, str]:
    """Code and message of a refusal."""
    outcome = story.attempt(name, **parameters)
    assert isinstance(outcome, Rejection)
    return outcome.code, outcome.message


def group_of(story: Story, **members: Any) -> dict[str, Any]:
    """A new target group as AWS describes it."""
    made = story.call("elbv2:CreateTargetGroup", Name="new", Port=80, VpcId=VPC, **members)
    shape: dict[str, Any] = made["TargetGroups"][0]
    return shape


@rule("PN:L-10", "PN:L-11", "PN:L-12", "PN:L-13", "PN:L-14", "PN:L-15")
@pytest.mark.parametrize(
    ("members", "timeout", "path", "codes"),
    [
        ({"Protocol": "HTTP"}, 5, "/", {"HttpCode": "200"}),
        ({"Protocol": "TCP"}, 10, None, None),
        ({"Protocol": "TCP", "HealthCheckProtocol": "HTTP"}, 6, "/", {"HttpCode": "200-399"}),
        ({"Protocol": "HTTP", "ProtocolVersion": "GRPC"}, 5, "/AWS.ALB/healthcheck", {"GrpcCode": "12"}),
    ],
)
def test_health_checks_that_nobody_set(members: dict[str, Any], timeout: int, path: str, codes: Any) -> None:
    shape = group_of(Story(), **members)
    assert (shape["HealthCheckIntervalSeconds"], shape["HealthCheckTimeoutSeconds"]) == (30, timeout)
    assert (shape["HealthyThresholdCount"], shape["UnhealthyThresholdCount"]) == (5, 2)
    assert shape["HealthCheckPort"] == "traffic-port"
    assert (shape.get("HealthCheckPath"), shape.get("Matcher")) == (path, codes)


@rule("PN:L-10", "PN:L-11", "PN:L-12", "PN:L-13", "PN:L-14")
@pytest.mark.parametrize(
    ("member", "low", "high"),
    [
        ("HealthCheckIntervalSeconds", 5, 300),
        ("HealthCheckTimeoutSeconds", 2, 120),
        ("HealthyThresholdCount", 2, 10),
        ("UnhealthyThresholdCount", 2, 10),
    ],
)
def test_the_ranges_of_health_checks(member: str, low: int, high: int) -> None:
    story, rest = Story(), {"Name": "new", "Protocol": "HTTP", "Port": 80, "VpcId": VPC}
    around = {"HealthCheckIntervalSeconds": 300, "HealthCheckTimeoutSeconds": 2}
    for wrong in (low - 1, high + 1):
        code, message = refused(story, "elbv2:CreateTargetGroup", **{**rest, **around, member: wrong})
        assert code == "ValidationError"
        assert member in message
    for at, fine in enumerate((low, high)):
        story.call("elbv2:CreateTargetGroup", **{**rest, **around, "Name": f"fine{at}", member: fine})


@rule("PN:L-14")
@pytest.mark.parametrize(("version", "codes"), [("HTTP1", {"HttpCode": "199"}), ("GRPC", {"GrpcCode": "100"})])
def test_codes_outside_of_what_a_protocol_has_are_refused(version: str, codes: dict[str, str]) -> None:
    rest = {"Name": "new", "Protocol": "HTTP", "ProtocolVersion": version, "Port": 80, "VpcId": VPC}
    assert refused(Story(), "elbv2:CreateTargetGroup", **rest, Matcher=codes)[0] == "ValidationError"


@rule("PN:L-14")
def test_a_container_answers_200_and_fails_a_check_that_expects_another_code() -> None:
    story = behind(lab(Matcher={"HttpCode": "201"}), 1)
    assert balancing.health(story)[0][2:] == ("unhealthy", "Target.ResponseCodeMismatch")


@rule("PN:L-16", "PN:L-17", "PN:L-18", "PN:L-19", "PN:L-20")
def test_the_attributes_of_a_new_group() -> None:
    story = lab()
    found = story.read("elbv2:DescribeTargetGroupAttributes", TargetGroupArn=WEB)["Attributes"]
    attributes = {item["Key"]: item["Value"] for item in found}
    assert attributes["deregistration_delay.timeout_seconds"] == "300"
    assert attributes["slow_start.duration_seconds"] == "0"
    assert attributes["load_balancing.algorithm.type"] == "round_robin"
    assert attributes["load_balancing.cross_zone.enabled"] == "use_load_balancer_configuration"
    assert (attributes["stickiness.enabled"], attributes["stickiness.lb_cookie.duration_seconds"]) == ("false", "86400")
    network = story.read("elbv2:DescribeTargetGroupAttributes", TargetGroupArn=TCP)["Attributes"]
    assert {"Key": "stickiness.type", "Value": "source_ip"} in network


@rule("PN:L-16", "PN:L-17", "PN:L-18", "PN:L-20", "PN:L-35")
@pytest.mark.parametrize(
    ("key", "wrong", "fine"),
    [
        ("deregistration_delay__timeout_seconds", ("-1", "3601", "x"), ("0", "3600")),
        ("slow_start__duration_seconds", ("29", "901"), ("0", "30", "900")),
        ("load_balancing__algorithm__type", ("flow_hash",), ("least_outstanding_requests", "weighted_random")),
        ("stickiness__lb_cookie__duration_seconds", ("0", "604801"), ("1", "604800")),
        ("load_balancing__cross_zone__enabled", ("yes",), ("true", "false")),
        ("target_group_health__dns_failover__minimum_healthy_targets__count", ("0", "1001"), ("off", "1", "1000")),
        ("target_group_health__unhealthy_state_routing__minimum_healthy_targets__count", ("off", "0"), ("1",)),
        ("target_group_health__dns_failover__minimum_healthy_targets__percentage", ("101",), ("off", "100")),
    ],
)
def test_the_ranges_of_attributes(key: str, wrong: tuple[str, ...], fine: tuple[str, ...]) -> None:
    story = lab()
    for value in wrong:
        outcome = set_attributes(story, 0, **{key: value})
        assert isinstance(outcome, Rejection), value
        assert outcome.code == "ValidationError"
    for value in fine:
        assert isinstance(set_attributes(story, 0, **{key: value}), Outcome), value


@rule("PN:L-46")
def test_slow_start_is_for_turns_alone() -> None:
    chosen = {"slow_start__duration_seconds": "60", "load_balancing__algorithm__type": "least_outstanding_requests"}
    outcome = set_attributes(lab(), 0, **chosen)
    assert isinstance(outcome, Rejection)
    assert outcome.code == "InvalidConfigurationRequest"


@rule("PN:L-18", "PN:L-56")
def test_targets_take_turns() -> None:
    assert shares(behind(lab(), 3)) == [("a", "1/3"), ("b", "1/3"), ("c", "1/3")]


@rule("PN:L-46")
def test_slow_start_grows_to_a_full_share() -> None:
    story = lab(2)
    set_attributes(story, 0, slow_start__duration_seconds="60")
    behind(story, 1).update(50, desiredCount=2)
    turned = next(at for at in range(55, 120) if len(shares(story.until(at))) == 2)
    assert shares(story) == [("a", "1"), ("b", "0")]
    assert shares(story.until(turned + 30)) == [("a", "2/3"), ("b", "1/3")]
    assert shares(story.until(turned + 60)) == [("a", "1/2"), ("b", "1/2")]


@rule("PN:L-46")
def test_the_first_healthy_target_does_not_start_slowly() -> None:
    story = lab(2)
    set_attributes(story, 0, slow_start__duration_seconds="60")
    assert shares(behind(story, 1)) == [("a", "1")]
    assert story.simulation.world.target_groups[WEB].targets["i-0000000000000001:32768"].slow_start_until_ms is None


@rule("PN:L-19")
def test_a_network_load_balancer_stays_in_its_zones_unless_told_otherwise() -> None:
    story = behind(lab(2), 3, TCP)
    assert shares(story, INNER) == [("a", "1/4"), ("a", "1/4"), ("b", "1/2")]
    told = [{"Key": "load_balancing.cross_zone.enabled", "Value": "true"}]
    story.call("elbv2:ModifyLoadBalancerAttributes", 40, LoadBalancerArn=INNER, Attributes=told)
    assert [part for _, part in shares(story, INNER)] == ["1/3"] * 3


@rule("PN:L-19")
def test_an_application_load_balancer_crosses_zones_unless_its_group_says_no() -> None:
    told = [{"Key": "load_balancing.cross_zone.enabled", "Value": "false"}]
    story = lab(2)
    assert refused(story, "elbv2:ModifyLoadBalancerAttributes", LoadBalancerArn=FRONT, Attributes=told)
    behind(story, 3)
    assert [part for _, part in shares(story)] == ["1/3"] * 3
    set_attributes(story, 40, load_balancing__cross_zone__enabled="false")
    assert shares(story) == [("a", "1/4"), ("a", "1/4"), ("b", "1/2")]


def _one_fails(story: Story) -> Story:
    """Of three healthy targets the one in zone b dies; its target is unhealthy at 80 s, in the grace period."""
    behind(story, 3, healthCheckGracePeriodSeconds=600)
    story.call("lab:FailInstance", 41, instance="i-0000000000000002")
    return story.until(80)


@rule("PN:L-34")
def test_only_healthy_targets_get_requests() -> None:
    assert shares(_one_fails(lab())) == [("a", "1/2"), ("c", "1/2")]


@rule("PN:L-35")
def test_too_few_healthy_targets_open_the_group_to_all() -> None:
    routing = "target_group_health__unhealthy_state_routing__minimum_healthy_targets__"
    story = lab()
    set_attributes(story, 0, **{f"{routing}count": "3"})
    assert [part for _, part in shares(_one_fails(story))] == ["1/3"] * 3
    set_attributes(story, 80, **{f"{routing}count": "2"})
    assert [part for _, part in shares(story)] == ["1/2"] * 2
    set_attributes(story, 80, **{f"{routing}percentage": "67"})
    assert [part for _, part in shares(story)] == ["1/3"] * 3


@rule("PN:L-35")
def test_clients_leave_a_zone_with_too_few_healthy_targets() -> None:
    dns = "target_group_health__dns_failover__minimum_healthy_targets__count"
    story = lab()
    set_attributes(story, 0, load_balancing__cross_zone__enabled="false")
    _one_fails(story)
    assert shares(story) == [("a", "1/2"), ("c", "1/2")]
    set_attributes(story, 80, **{dns: "off"})
    assert [part for _, part in shares(story)] == ["1/3"] * 3


@rule("PN:L-45")
def test_a_draining_address_cannot_be_registered_again() -> None:
    story = balancing.live(Story(), TargetType="ip")
    place = {"TargetGroupArn": WEB, "Targets": [{"Id": "172.31.0.77", "Port": 80}]}
    story.call("elbv2:RegisterTargets", **place)
    story.call("elbv2:DeregisterTargets", 40, **place)
    assert balancing.health(story)[0][2] == "draining"
    outcome = story.attempt("elbv2:RegisterTargets", 41, **place)
    assert isinstance(outcome, Rejection)
    assert outcome.code == "InvalidTarget"
    story.call("elbv2:RegisterTargets", 341, **place)
    assert balancing.health(story)[0][2] == "initial"


@rule("PN:L-52")
def test_a_target_group_belongs_to_one_load_balancer() -> None:
    story = balancing.live(Story())
    story.call("elbv2:CreateLoadBalancer", Name="second", Subnets=SUBNETS)
    second = story.read("elbv2:DescribeLoadBalancers", Names=["second"])["LoadBalancers"][0]["LoadBalancerArn"]
    wanted = {"LoadBalancerArn": second, "Protocol": "HTTP", "Port": 80, "DefaultActions": balancing.forward(WEB)}
    assert refused(story, "elbv2:CreateListener", **wanted)[0] == "TargetGroupAssociationLimit"


def _rules(story: Story, count: int) -> None:
    for priority in range(100, 100 + count):
        conditions = balancing.path(f"/{priority}")
        story.call(
            "elbv2:CreateRule",
            ListenerArn=LISTENER,
            Priority=priority,
            Conditions=conditions,
            Actions=balancing.forward(WEB),
        )


@rule("PN:L-52")
def test_a_hundred_rules_and_no_more() -> None:
    story = balancing.live(Story())
    _rules(story, 99)
    one_more = {"ListenerArn": LISTENER, "Priority": 1, "Conditions": balancing.path("/x")}
    assert refused(story, "elbv2:CreateRule", **one_more, Actions=balancing.forward(WEB))[0] == "TooManyRules"


@rule("PN:L-52")
def test_fifty_listeners_and_no_more() -> None:
    story = balancing.live(Story())
    rest = {"LoadBalancerArn": FRONT, "Protocol": "HTTP", "DefaultActions": balancing.forward(WEB)}
    for port in range(1001, 1050):
        story.call("elbv2:CreateListener", **rest, Port=port)
    assert refused(story, "elbv2:CreateListener", **rest, Port=1050)[0] == "TooManyListeners"


@rule("PN:L-52")
@pytest.mark.parametrize(
    ("conditions", "actions", "word"),
    [
        (balancing.path(*"abcdef"), 1, "5 condition values"),
        (balancing.path("/*/*/*/*/*/*"), 1, "5 wildcards"),
        (balancing.path("/x"), 6, "1 to 5 target groups"),
    ],
)
def test_the_limits_of_one_rule(conditions: list[dict[str, Any]], actions: int, word: str) -> None:
    story = balancing.live(Story())
    groups = [
        story.call("elbv2:CreateTargetGroup", Name=f"g{n}", Protocol="HTTP", Port=80, VpcId=VPC)["TargetGroups"][0]
        for n in range(actions)
    ]
    wanted = balancing.forward(*(group["TargetGroupArn"] for group in groups))
    message = refused(
        story, "elbv2:CreateRule", ListenerArn=LISTENER, Priority=1, Conditions=conditions, Actions=wanted
    )[1]
    assert word in message


@rule("PN:L-52")
def test_a_thousand_targets_and_no_more() -> None:
    story = balancing.live(Story().on_instances(1))
    place = [{"Id": "i-0000000000000001", "Port": port} for port in range(1, 1001)]
    story.call("elbv2:RegisterTargets", TargetGroupArn=WEB, Targets=place)
    one_more = [{"Id": "i-0000000000000001", "Port": 2000}]
    assert refused(story, "elbv2:RegisterTargets", TargetGroupArn=WEB, Targets=one_more)[0] == "TooManyTargets"
    story.call("elbv2:DeregisterTargets", 1, TargetGroupArn=WEB, Targets=place[:2])
    assert [state for *_, state, _ in balancing.health(story)[:2]] == ["draining"] * 2
    story.call("elbv2:RegisterTargets", 2, TargetGroupArn=WEB, Targets=place[:2])
    full = story.attempt("elbv2:RegisterTargets", 3, TargetGroupArn=WEB, Targets=one_more)
    assert isinstance(full, Rejection)
    assert full.code == "TooManyTargets"


@rule("PN:L-50")
def test_priorities_are_swapped_in_one_call_and_the_lowest_fits_first() -> None:
    story = lab()
    first = story.read("elbv2:DescribeRules", ListenerArn=LISTENER)["Rules"][0]
    fixed = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "418"}}]
    made = story.call(
        "elbv2:CreateRule", ListenerArn=LISTENER, Priority=20, Conditions=balancing.path("/a"), Actions=fixed
    )["Rules"][0]
    assert story.read("lab:SendRequest", loadBalancer="front", path="/a")["listenerRule"]["priority"] == "10"
    swapped = [{"RuleArn": first["RuleArn"], "Priority": 20}, {"RuleArn": made["RuleArn"], "Priority": 10}]
    story.call("elbv2:SetRulePriorities", RulePriorities=swapped)
    assert story.read("lab:SendRequest", loadBalancer="front", path="/a")["status"] == 418


@rule("PN:L-8")
def test_a_standalone_task_is_behind_no_load_balancer() -> None:
    story = lab()
    story.call("ecs:RunTask", cluster="game", taskDefinition="web")
    assert balancing.health(story.until(60)) == []


@rule("PN:L-30")
def test_a_stopped_instance_is_an_unused_target() -> None:
    story = balancing.live(Story().on_instances(1))
    story.call("elbv2:RegisterTargets", TargetGroupArn=WEB, Targets=[{"Id": "i-0000000000000001", "Port": 80}])
    story.call("ec2:StopInstances", 50, InstanceIds=["i-0000000000000001"])
    assert balancing.health(story)[0][2:] == ("unused", "Target.InvalidState")
    story.call("ec2:StartInstances", 200, InstanceIds=["i-0000000000000001"])
    assert balancing.health(story.until(240))[0][2] in ("initial", "unhealthy")


@rule("SS:C-23")
def test_a_disconnected_agent_does_not_make_a_target_unhealthy() -> None:
    story = behind(lab(), 1)
    story.call("lab:DisconnectAgent", 50, instance="i-0000000000000001")
    assert balancing.health(story.until(300))[0][2] == "healthy"
