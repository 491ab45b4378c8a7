"""Traffic through load balancers, its metrics, and scaling by them (SS:M-10, SS:M-11, SS:A-17 to SS:A-19)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from ecslab.sim.rules import traffic as traffic_rules
from ecslab.sim.simulation import Rejection, Simulation
from tests.rules import rule
from tests.sim.balancing import FRONT, INNER, VPC
from tests.sim.stories import Story
from tests.sim.test_load_balancing import PORTS, behind, lab, set_attributes
from tests.sim.test_metrics import HOUR, points
from tests.sim.test_scaling import AAS, WHERE, decisions, register, scalings

LABEL = "app/front/0000000000000001/targetgroup/web/0000000000000001"
BALANCER, GROUP = "app/front/0000000000000001", "targetgroup/web/0000000000000001"
ELB = "AWS/ApplicationELB"


def busy(desired: int, **image: int) -> Story:
    """Tasks of 256 CPU units behind an Application Load Balancer, one CPU unit for each request a second."""
    story = lab()
    container = {"name": "web", "image": "web", "portMappings": [{"containerPort": 80, "hostPort": 0}]}
    definition = {"family": "web", "cpu": "256", "memory": "512", "containerDefinitions": [container]}
    story.call("ecs:RegisterTaskDefinition", **definition)
    story.call("lab:PutImage", image="web", **{"cpuUnitsPerRequestPerSecond": 1, **image})
    return behind(story, desired)


def send(story: Story, at: float, rate: float, balancer: str = "front", /, **more: Any) -> None:
    story.call("lab:SetTraffic", at, loadBalancer=balancer, requestsPerSecond=rate, **more)


def values(story: Story, name: str, statistic: str = "Sum", **where: str) -> list[float]:
    """What a metric of the Application Load Balancer was minute by minute."""
    where = where or {"LoadBalancer": BALANCER}
    dimensions = [{"Name": key, "Value": value} for key, value in where.items()]
    members = {"Namespace": ELB, "MetricName": name, "Dimensions": dimensions, **HOUR, "Statistics": [statistic]}
    found = story.read("cloudwatch:GetMetricStatistics", **members)["Datapoints"]
    return [point[statistic] for point in found]


def of_group(story: Story, name: str, statistic: str = "Sum") -> list[float]:
    return values(story, name, statistic, LoadBalancer=BALANCER, TargetGroup=GROUP)


@rule("SS:M-10", "SS:M-11")
def test_a_load_balancer_counts_requests_and_targets() -> None:
    story = busy(3)
    send(story, 60, 60)
    story.until(180)
    assert values(story, "RequestCount") == [0, 3600, 3600]
    assert of_group(story, "RequestCount")[-1] == 3600
    assert of_group(story, "RequestCountPerTarget") == [0, 1200, 1200]
    assert of_group(story, "HealthyHostCount", "Average")[1:] == [3, 3]
    assert of_group(story, "UnHealthyHostCount", "Maximum")[1:] == [0, 0]
    service = {"ClusterName": "game", "ServiceName": "web"}
    assert points(story, "CPUUtilization", **service)[-1]["Average"] == 100 * 20 / 256
    story.update(180, desiredCount=2)
    story.until(300)
    assert of_group(story, "RequestCountPerTarget")[-1] == 1800
    assert of_group(story, "HealthyHostCount", "Average")[-1] == 2
    assert points(story, "CPUUtilization", "Maximum", **service)[-1]["Maximum"] == 100 * 30 / 256
    known = story.read("cloudwatch:ListMetrics", Namespace=ELB, MetricName="RequestCountPerTarget")["Metrics"]
    assert [d["Value"] for d in known[0]["Dimensions"]] == [BALANCER, GROUP]
    again = Simulation.restore(story.simulation.snapshot())
    assert again.digest() == story.simulation.digest()


@rule("SS:M-10", "PN:L-34")
def test_requests_without_a_target_are_errors_of_the_load_balancer() -> None:
    story = busy(1)
    send(story, 60, 10)
    story.until(120)
    assert values(story, "HTTPCode_ELB_5XX_Count") == []
    story.update(120, desiredCount=0)
    story.until(240)
    assert values(story, "HTTPCode_ELB_5XX_Count")[-1] == 600
    assert values(story, "RequestCount")[-1] == 0
    story.call("elbv2:DeleteLoadBalancer", 240, LoadBalancerArn=FRONT)
    assert len(values(story.until(420), "RequestCount")) == 4


@rule("SS:M-10", "SS:M-11")
def test_latency_and_errors_grow_with_what_is_asked_of_the_cpu() -> None:
    story = busy(1, requestMs=100)
    rates = (0, 128, 256, 512, 1024)
    for minute, rate in enumerate(rates, 1):
        send(story, 60 * minute, rate)
    story.until(60 * len(rates) + 60)
    queue = Fraction(1, 10) * 10 / Fraction(9, 10)
    times = [Fraction(1, 5), queue, 2 * queue, 4 * queue]
    found = values(story, "TargetResponseTime", "Average")
    assert all(abs(a - b) < 1e-9 for a, b in zip(found, times, strict=True))
    assert values(story, "HTTPCode_Target_5XX_Count") == [256 * 60, 768 * 60]
    assert values(story, "HTTPCode_Target_2XX_Count") == [128 * 60, 256 * 60, 256 * 60, 256 * 60]


def test_latency_and_errors_never_fall_as_load_grows() -> None:
    demands = [Fraction(n, 40) for n in range(200)]
    times = [traffic_rules.response_seconds(100, demand) for demand in demands]
    errors = [traffic_rules.failed_share(demand) for demand in demands]
    assert times == sorted(times)
    assert errors == sorted(errors)
    assert (times[0], errors[40], errors[80]) == (Fraction(1, 10), 0, Fraction(1, 2))


@rule("PN:L-46")
def test_a_target_in_slow_start_gets_more_from_sample_to_sample() -> None:
    story = busy(1)
    assert not isinstance(set_attributes(story, 60, **{"slow_start.duration_seconds": "120"}), Rejection)
    story.update(60, desiredCount=2)
    send(story, 60, 120)
    story.until(70)
    begun = story.simulation.world.now_ms
    spans = story.simulation.world.share_spans
    assert begun == 70_000
    story.until(600)
    parts = [Fraction(s.targets[-1].part, s.targets[-1].whole) for s in spans[FRONT] if len(s.targets) == 2]
    assert len(parts) >= 6
    assert parts == sorted(parts)
    assert parts[-1] == Fraction(1, 2)
    assert story.simulation.world.shares_due_ms is None


def test_a_network_load_balancer_counts_its_targets() -> None:
    story = busy(1)
    send(story, 60, 10, "inner")
    story.until(180)
    names = {m["MetricName"] for m in story.read("cloudwatch:ListMetrics", Namespace="AWS/NetworkELB")["Metrics"]}
    assert names == {"HealthyHostCount", "UnHealthyHostCount"}
    assert INNER in story.simulation.world.traffic


def by_requests(story: Story, at: float, target: float, label: str | None = LABEL) -> Any:
    metric = {"PredefinedMetricType": "ALBRequestCountPerTarget", **({"ResourceLabel": label} if label else {})}
    configuration = {"TargetValue": target, "PredefinedMetricSpecification": metric}
    configured = {"TargetTrackingScalingPolicyConfiguration": configuration}
    call = {**WHERE, "PolicyName": "requests", "PolicyType": "TargetTrackingScaling", **configured}
    return story.attempt(f"{AAS}:PutScalingPolicy", at, **call)


@rule("SS:A-10", "SS:A-19")
def test_tracking_requests_for_each_target_and_minute() -> None:
    story = busy(3)
    register(story, 60, 1, 10)
    send(story, 60, 60)
    assert not isinstance(by_requests(story, 60, 1000), Rejection)
    story.until(300)
    assert scalings(story) == [(240, 4)]
    policy = story.read("lab:ExplainScaling", cluster="game", service="web")["policies"][0]
    assert policy["metric"] == "ALBRequestCountPerTarget"
    assert story.simulation.world.alarms[policy["alarms"][0]["name"]].statistic == "Sum"


@rule("SS:A-19")
@pytest.mark.parametrize("label", [None, "app/front/1/targetgroup/web/1", "web", LABEL.replace("web", "api")])
def test_requests_need_the_label_of_a_load_balancer_and_its_group(label: str | None) -> None:
    story = busy(1)
    register(story, 60, 1, 10)
    before = story.simulation.digest()
    assert isinstance(by_requests(story, 60, 1000, label), Rejection)
    assert story.simulation.digest() == before


@rule("SS:A-17", "SS:A-18")
def test_down_to_none_without_requests_and_up_again_with_them() -> None:
    story = busy(2)
    register(story, 60, 0, 10)
    send(story, 60, 20)
    by_requests(story, 60, 1000)
    send(story, 300, 0)
    story.until(1300)
    assert [to for _, to in scalings(story)] == [0]
    assert story.service().desired_count == 0
    send(story, 3600, 50)
    story.until(3781)
    assert scalings(story)[1:] == [(3780, 1)]
    assert decisions(story)[-1][1] == "scaleOut"
    assert story.simulation.world.scalable_targets["service/game/web"].decisions[0]["formula"]["result"] == 1


@rule("PN:N-52", "SS:M-10", "SS:M-11")
def test_nothing_arrives_at_a_load_balancer_that_admits_nobody() -> None:
    story = busy(2)
    send(story, 60, 50)
    story.call("ec2:CreateSecurityGroup", 119, GroupName="shut", Description="shut", VpcId=VPC)
    shut = story.read("ec2:DescribeSecurityGroups")["SecurityGroups"][-1]["GroupId"]
    story.call("elbv2:SetSecurityGroups", 120, LoadBalancerArn=FRONT, SecurityGroups=[shut])
    story.until(240)
    assert values(story, "RequestCount") == [0, 3000, 0, 0]
    assert of_group(story, "RequestCountPerTarget") == [0, 1500, 0, 0]
    assert values(story, "HTTPCode_ELB_5XX_Count") == []
    send(story, 240, 80)
    story.call("ec2:AuthorizeSecurityGroupIngress", 300, **{**PORTS, "GroupId": shut})
    story.until(420)
    assert values(story, "RequestCount")[4:] == [0, 4800, 4800]
    told = [(e["at"], e["text"]) for e in story.timeline(kinds=["traffic"])["entries"] if "arrives" in e["text"]]
    dropped = (
        "Nothing that clients send to load balancer front arrives: none of its security groups admits them on port 80, "
        "so their packets are dropped."
    )
    opened = "What clients send to load balancer front arrives: its security groups let them in."
    assert told == [(120, dropped), (240, dropped), (300, opened)]


@pytest.mark.parametrize(
    "taker", [{}, {"loadBalancer": "front", "service": "web", "cluster": "game"}, {"loadBalancer": "none"}]
)
def test_traffic_goes_to_a_service_or_to_a_load_balancer(taker: dict[str, str]) -> None:
    story = busy(1)
    assert isinstance(story.attempt("lab:SetTraffic", 60, requestsPerSecond=1, **taker), Rejection)


def test_traffic_that_begins_wakes_an_alarm_that_sleeps() -> None:
    story = busy(1)
    dimensions = [{"Name": "LoadBalancer", "Value": BALANCER}]
    metric = {"Namespace": ELB, "MetricName": "RequestCount", "Dimensions": dimensions, "Statistic": "Sum"}
    judged = {"Threshold": 100, "ComparisonOperator": "GreaterThanThreshold", "Period": 60, "EvaluationPeriods": 1}
    story.call("cloudwatch:PutMetricAlarm", 60, AlarmName="many", **metric, **judged)
    story.until(3600)
    alarm = story.simulation.world.alarms["many"]
    assert (alarm.state, alarm.due_ms) == ("OK", None)
    send(story, 3605, 10)
    story.until(3660)
    assert alarm.state == "ALARM"
