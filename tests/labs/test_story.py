"""A lab with all of it told by its page: load balancer, capacity provider, traffic, alarms, faults."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from ecslab.labs import play
from ecslab.labs.log import log_of
from ecslab.labs.models import Lab
from tests.labs.building import built_lab

pytestmark = pytest.mark.django_db

SUBNETS = [f"subnet-000000000000000{n}" for n in (1, 2, 3)]
VPC, GROUP = "vpc-0000000000000001", "sg-0000000000000001"
ELB = "arn:aws:elasticloadbalancing:us-east-1:123456789012:"
FRONT, WEB = f"{ELB}loadbalancer/app/front/0000000000000001", f"{ELB}targetgroup/web/0000000000000001"
SCALED = {"ServiceNamespace": "ecs", "ResourceId": "service/game/shop", "ScalableDimension": "ecs:service:DesiredCount"}
METRIC = {"PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}}
MORE = [{"capacityProvider": "more", "weight": 1}]
WORLD = [{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]


def call(client: Client, lab: Lab, name: str, at_ms: int | None = None, **members: Any) -> None:
    """Make a call by the plain form."""
    newest = log_of(lab)
    looking = f"at={newest.last_at_ms if at_ms is None else at_ms}"
    data = {"call": name, "looking": looking, "base_seq": newest.last_seq, "m-whole_request": json.dumps(members)}
    answer = client.post(f"/labs/{lab.key}/call/", data)
    assert answer.status_code == 200, answer.text


def shop(client: Client) -> Lab:
    """A service behind a load balancer with traffic and target tracking."""
    lab = built_lab(client)
    call(client, lab, "lab:PutImage", image="web:v1", cpuUnitsPerRequestPerSecond=2)
    call(client, lab, "ec2:AuthorizeSecurityGroupIngress", GroupId=GROUP, IpPermissions=WORLD)
    call(client, lab, "elbv2:CreateLoadBalancer", Name="front", Subnets=SUBNETS)
    call(client, lab, "elbv2:CreateTargetGroup", Name="web", Protocol="HTTP", Port=80, VpcId=VPC)
    forward = [{"Type": "forward", "TargetGroupArn": WEB}]
    call(client, lab, "elbv2:CreateListener", LoadBalancerArn=FRONT, Protocol="HTTP", Port=80, DefaultActions=forward)
    behind = [{"targetGroupArn": WEB, "containerName": "web", "containerPort": 80}]
    wishes = {"cluster": "game", "taskDefinition": "web", "desiredCount": 2, "loadBalancers": behind}
    call(client, lab, "ecs:CreateService", serviceName="shop", **wishes)
    call(client, lab, "lab:SetTraffic", 60_000, loadBalancer="front", requestsPerSecond=200)
    call(client, lab, "application-autoscaling:RegisterScalableTarget", MinCapacity=2, MaxCapacity=6, **SCALED)
    tracking = {"TargetTrackingScalingPolicyConfiguration": {"TargetValue": 50, **METRIC}}
    names = {"PolicyName": "cpu50", "PolicyType": "TargetTrackingScaling"}
    call(client, lab, "application-autoscaling:PutScalingPolicy", **SCALED, **names, **tracking)
    return lab


def waiting(client: Client) -> Lab:
    """Three tasks that wait for an instance of their capacity provider."""
    lab = built_lab(client)
    more = {"capacityProvider": "more", "min": 0, "desired": 0, "max": 4, "managedScaling": {"status": "ENABLED"}}
    call(client, lab, "lab:AddCapacity", cluster="game", instanceType="t3.small", **more)
    wishes = {"cluster": "game", "taskDefinition": "web", "desiredCount": 3, "capacityProviderStrategy": MORE}
    call(client, lab, "ecs:CreateService", 60_000, serviceName="batch", **wishes)
    return lab


def told(client: Client, lab: Lab, at_ms: int) -> dict[str, list[str]]:
    """The event list's sentences by the word that stands before them."""
    panel = client.get(f"/labs/{lab.key}/?at={at_ms}").context["events"]
    found: dict[str, list[str]] = {}
    for event in (*panel.told, *panel.others):
        found.setdefault(event.kind, []).append(event.text)
    return found


def test_traffic_alarms_and_scaling_are_told(client: Client) -> None:
    found = told(client, shop(client), 420_000)
    assert found["traffic"] == ["Clients send load balancer front constant traffic from 60.001 s on."]
    assert any("AlarmHigh" in text and " is ALARM." in text for text in found["alarm"])
    assert any("Desired count of service shop went from 2 to " in text for text in found["scaling"])


def test_targets_that_drain_are_told(client: Client) -> None:
    lab = shop(client)
    call(client, lab, "application-autoscaling:DeregisterScalableTarget", **SCALED)
    call(client, lab, "ecs:UpdateService", 120_000, cluster="game", service="shop", desiredCount=1)
    panel = client.get(f"/labs/{lab.key}/?at=130000").context["events"]
    leaving = [event.tone for event in panel.told if "deregistered" in event.text]
    assert leaving == ["", ""], "targets come and go"
    targets = told(client, lab, 130_000)["target"]
    assert any(re.search(r"of target group web is draining \(", text) for text in targets)


def inspector(client: Client, lab: Lab, at_ms: int, task: str) -> str:
    """What the page tells of a task, without its tags."""
    answer = client.get(f"/labs/{lab.key}/?at={at_ms}&task={task}")
    assert answer.status_code == 200, answer.text
    page = answer.text
    card = page[page.index('id="task-card"') : page.index('id="cli-card"')]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", card))


def test_a_task_that_waits_for_capacity_says_so(client: Client) -> None:
    card = inspector(client, waiting(client), 75_000, "0000000000000001")
    assert "PROVISIONING" in card
    assert "nothing yet: it waits for an instance of capacity provider more" in card
    assert "none yet: it comes with the container instance" in card
    assert "Why is this task not placed yet? Decided at 00:01:00" in card
    assert "3 did not fit (3 for another capacity provider or none)" in card
    assert "it belongs to no capacity provider, not to more" in card


def test_the_place_that_a_waiting_task_got_is_explained(client: Client) -> None:
    lab = waiting(client)
    placed = inspector(client, lab, 600_000, "0000000000000001")
    assert "Why is this task here? Decided at 00:0" in placed
    assert "cannot be replayed" not in placed
    caches["keyframes"].clear()
    assert inspector(client, lab, 600_000, "0000000000000001") == placed


def test_the_stop_of_a_task_whose_target_drains_is_explained(client: Client) -> None:
    lab = shop(client)
    call(client, lab, "application-autoscaling:DeregisterScalableTarget", **SCALED)
    call(client, lab, "ecs:UpdateService", 120_000, cluster="game", service="shop", desiredCount=1)
    for at_ms in (130_000, 1_200_000):
        world = play.look(log_of(lab), at_ms).world
        task = next(task.id for task in world.tasks.values() if task.stop_decision)
        assert "Why was this task stopped? Decided at 00:02:00" in inspector(client, lab, at_ms, task)


def test_what_managed_scaling_does_is_told(client: Client) -> None:
    scaling = told(client, waiting(client), 300_000)["scaling"]
    assert any("Capacity provider more needs 1 instance and has 0: desired capacity 0 becomes 2" in t for t in scaling)


def test_the_map_tells_how_many_tasks_wait_for_an_instance(client: Client) -> None:
    lab = waiting(client)
    call(client, lab, "ecs:RunTask", cluster="game", taskDefinition="web", capacityProviderStrategy=MORE)
    drawing = client.get(f"/labs/{lab.key}/?at=75000").context["map"].drawing
    assert "3 tasks waiting for an instance" in drawing
    assert "1 task waiting for an instance" in drawing
    assert "waiting for an instance" not in client.get(f"/labs/{lab.key}/?at=600000").context["map"].drawing


def test_a_zone_that_is_lost_says_so_on_the_map_until_it_is_back(client: Client) -> None:
    lab = built_lab(client)
    call(client, lab, "lab:FailZone", 60_000, zone="us-east-1a")
    lost = "Availability Zone us-east-1a: zone lost"
    assert lost in client.get(f"/labs/{lab.key}/?at=61000").context["map"].drawing
    call(client, lab, "lab:RecoverZone", 90_000, zone="us-east-1a")
    assert lost not in client.get(f"/labs/{lab.key}/?at=91000").context["map"].drawing


@pytest.mark.parametrize(
    ("name", "offered"),
    [
        ("elbv2:CreateListener", FRONT),
        ("elbv2:DescribeTargetHealth", WEB),
        ("elbv2:DeleteListener", f"{ELB}listener/app/front/0000000000000001/0000000000000001"),
        ("lab:SendRequest", "front"),
        ("lab:FailZone", "us-east-1b"),
    ],
)
def test_the_call_form_offers_what_the_lab_holds(client: Client, name: str, offered: str) -> None:
    page = client.get(f"/labs/{shop(client).key}/call/?call={name}").text
    assert f'<option value="{offered}"></option>' in page
