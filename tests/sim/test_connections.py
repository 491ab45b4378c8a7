"""lab:TestConnection: the way of a connection, hop by hop, and the change that would let it through."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.errors.common import InvalidParameterException
from tests.rules import rule
from tests.sim import balancing
from tests.sim.balancing import FRONT, GROUP, INNER, LISTENER, SUBNETS, VPC, WEB
from tests.sim.stories import Story

FIRST, SECOND = "i-0000000000000001", "i-0000000000000002"
TASK = "0000000000000001"


def tried(story: Story, source: str, target: str, port: int = 80) -> dict[str, Any]:
    """The answer of lab:TestConnection at the moment that the story has reached."""
    return story.read("lab:TestConnection", **{"from": source, "to": target, "port": port})


def way(answer: dict[str, Any]) -> list[tuple[str, bool]]:
    """The kinds of the hops and whether each passed."""
    return [(hop["kind"], hop["passed"]) for hop in answer["hops"]]


def admit(story: Story, at: float = 0, group: str = GROUP, **members: Any) -> None:
    """Let TCP on some ports into a security group."""
    wanted = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, **members}
    story.call("ec2:AuthorizeSecurityGroupIngress", at, GroupId=group, IpPermissions=[wanted])


def new_group(story: Story, name: str) -> str:
    """A security group that lets nothing in."""
    made = story.call("ec2:CreateSecurityGroup", GroupName=name, Description=name, VpcId=VPC)
    return str(made["GroupId"])


def bridged() -> tuple[Story, str]:
    """A task on a container instance behind a load balancer, with a dynamic port; and the load balancer's group."""
    story = balancing.live(Story().on_instances(2))
    clients = new_group(story, "clients")
    story.call("elbv2:SetSecurityGroups", LoadBalancerArn=FRONT, SecurityGroups=[clients])
    wired = [{"targetGroupArn": WEB, "containerName": "web", "containerPort": 80}]
    story.create(1, loadBalancers=wired, healthCheckGracePeriodSeconds=1000)
    return story.until(40), clients


@rule("PN:N-50")
def test_the_instance_has_to_admit_the_load_balancer_on_the_ephemeral_ports() -> None:
    story, clients = bridged()
    answer = tried(story, FRONT, TASK)
    assert (answer["reached"], answer["code"], answer["stoppedAt"]) == (False, "securityGroup", 2)
    assert way(answer) == [("securityGroup", True), ("route", True), ("securityGroup", False)]
    assert answer["hops"][2]["rule"] == "PN:N-50"
    assert answer["to"] == {**answer["to"], "kind": "task", "port": 32768, "containerPort": 80}
    assert answer["sentence"].endswith(f"on port 32768; allow 32768-65535 from its group {clients}.")
    pair = [{"GroupId": clients}]
    admit(story, 41, FromPort=32768, ToPort=65535, UserIdGroupPairs=pair)
    answer = tried(story, FRONT, TASK)
    assert answer["reached"]
    assert answer["hops"][2]["by"]["peer"] == clients
    assert [hop["kind"] for hop in answer["hops"][3:]] == ["portMapping", "container"]


@rule("PN:N-52")
def test_from_the_internet_through_the_load_balancer_to_the_container() -> None:
    story, clients = bridged()
    admit(story, 40, FromPort=32768, ToPort=65535, UserIdGroupPairs=[{"GroupId": clients}])
    answer = tried(story, "internet", "front")
    assert (answer["code"], answer["hops"][-1]["rule"]) == ("securityGroup", "PN:N-52")
    assert answer["sentence"] == (
        f"The load balancer's security group {clients} admits nothing from the internet on port 80; "
        "allow 80 from 0.0.0.0/0."
    )
    admit(story, 40, clients, IpRanges=[{"CidrIp": "0.0.0.0/0"}])
    answer = tried(story, "internet", "front")
    assert answer["reached"]
    assert [kind for kind, _ in way(answer)] == [
        "route",
        "internetGateway",
        "securityGroup",
        "listener",
        "targetGroup",
        "securityGroup",
        "route",
        "securityGroup",
        "portMapping",
        "container",
    ]
    assert tried(story, "internet", "front", 81)["code"] == "securityGroup"
    admit(story, 40, clients, FromPort=81, ToPort=81, IpRanges=[{"CidrIp": "0.0.0.0/0"}])
    assert tried(story, "internet", "front", 81)["code"] == "noListener"


@rule("PN:L-34")
def test_a_target_group_without_a_target_ends_the_way() -> None:
    story = balancing.live(Story())
    admit(story, IpRanges=[{"CidrIp": "0.0.0.0/0"}])
    answer = tried(story, "internet", "front")
    assert (answer["code"], answer["hops"][-1]["kind"]) == ("noTarget", "targetGroup")
    assert answer["sentence"] == "Target group web has no target in use; put a service behind it."


@rule("PN:L-7")
def test_a_target_in_a_zone_that_is_not_enabled_gets_nothing() -> None:
    story = balancing.live(Story().on_instances(3))
    admit(story, FromPort=1, ToPort=65535, IpRanges=[{"CidrIp": "0.0.0.0/0"}])
    story.call("elbv2:SetSubnets", LoadBalancerArn=FRONT, Subnets=SUBNETS[:2])
    story.call("elbv2:RegisterTargets", TargetGroupArn=WEB, Targets=[{"Id": "i-0000000000000003", "Port": 80}])
    answer = tried(story, "internet", "front")
    assert answer["code"] == "zoneNotEnabled"
    assert "us-east-1c" in answer["sentence"]


@rule("PN:N-45")
def test_nothing_from_the_internet_reaches_an_internal_load_balancer() -> None:
    answer = tried(balancing.live(Story()), "internet", INNER)
    assert answer["code"] == "noPublicAddress"
    assert answer["sentence"] == "The load balancer inner is internal; make one whose scheme is internet-facing."


def on_fargate(**vpc: Any) -> Story:
    """One Fargate task with port 80."""
    story = Story().on_fargate()
    wanted = {"awsvpcConfiguration": {"subnets": SUBNETS[:1], "assignPublicIp": "ENABLED", **vpc}}
    story.call("ecs:RunTask", cluster="game", taskDefinition="web", launchType="FARGATE", networkConfiguration=wanted)
    return story.until(60)


@rule("PN:N-51", "PN:N-45")
def test_the_task_has_to_admit_who_comes_to_its_own_interface() -> None:
    story = on_fargate()
    answer = tried(story, "internet", TASK)
    assert (answer["code"], answer["hops"][-1]["rule"]) == ("securityGroup", "PN:N-51")
    assert "allow 80 from 0.0.0.0/0" in answer["sentence"]
    admit(story, 60, IpRanges=[{"CidrIp": "0.0.0.0/0"}])
    assert tried(story, "internet", TASK)["reached"]
    answer = tried(story, "internet", TASK, 81)
    assert answer["code"] == "securityGroup"


@rule("PN:N-45")
def test_a_task_in_a_private_subnet_is_out_of_reach_for_the_internet() -> None:
    story = on_fargate()
    story.call("ec2:CreateRouteTable", 60, VpcId=VPC)
    private = story.read("ec2:DescribeRouteTables")["RouteTables"][-1]["RouteTableId"]
    story.call("ec2:AssociateRouteTable", 60, RouteTableId=private, SubnetId=SUBNETS[0])
    answer = tried(story, "internet", TASK)
    assert (answer["code"], answer["hops"][-1]["kind"]) == ("noRoute", "route")
    assert "is private: nothing from the internet comes in" in answer["sentence"]


@rule("PN:N-53", "PN:N-50")
def test_between_instances_the_default_group_admits_its_own_members() -> None:
    story = Story().on_instances(2)
    story.create(2)
    story.until(40)
    answer = tried(story, FIRST, SECOND, 32768)
    assert answer["reached"]
    assert answer["hops"][-2]["by"]["peer"] == GROUP
    answer = tried(story, FIRST, SECOND, 99)
    assert (answer["code"], answer["hops"][-1]["kind"]) == ("notListening", "container")


@rule("PN:L-5", "PN:L-15")
def test_a_target_on_a_port_where_nothing_listens_is_there_all_the_same() -> None:
    """A task with an interface of its own, met at a port that none of its containers has."""
    story = balancing.live(on_fargate(), 60, TargetType="ip")
    admit(story, 60, FromPort=1, ToPort=65535, IpRanges=[{"CidrIp": "0.0.0.0/0"}])
    address = story.simulation.world.tasks[next(iter(story.simulation.world.tasks))].private_address
    story.call("elbv2:RegisterTargets", 60, TargetGroupArn=WEB, Targets=[{"Id": address, "Port": 8080}])
    answer = tried(story, "internet", "front")
    assert (answer["code"], answer["hops"][-1]["kind"]) == ("notListening", "container")
    assert answer["sentence"] == (
        "No container of the task names port 8080 in its portMappings, so nothing is known to listen; port 80 listens."
    )
    story.call("ecs:StopTask", 61, cluster="game", task=TASK)
    answer = tried(story.until(62), "internet", "front")
    assert (answer["code"], answer["sentence"]) == (
        "notRunning",
        f"Task {TASK} is STOPPING; nothing runs there to connect.",
    )


def test_a_target_whose_address_nobody_has() -> None:
    story = balancing.live(Story(), TargetType="ip")
    admit(story, IpRanges=[{"CidrIp": "0.0.0.0/0"}])
    story.call("elbv2:RegisterTargets", TargetGroupArn=WEB, Targets=[{"Id": "172.31.0.200"}])
    answer = tried(story, "internet", "front")
    assert (answer["code"], answer["sentence"]) == ("notRunning", "Nothing runs at 172.31.0.200:80.")


@pytest.mark.parametrize(
    ("ports", "told"),
    [((), "nor does any other port"), ((80, 443), "ports 80 and 443 listen"), ((1, 2, 3), "ports 1, 2 and 3 listen")],
)
def test_a_port_that_nothing_has_names_those_that_listen(ports: tuple[int, ...], told: str) -> None:
    story = on_fargate()
    container = {"name": "c", "image": "c", "portMappings": [{"containerPort": port} for port in ports]}
    members = {"networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"], "cpu": "256", "memory": "512"}
    story.call("ecs:RegisterTaskDefinition", 60, family="many", containerDefinitions=[container], **members)
    vpc = {"awsvpcConfiguration": {"subnets": SUBNETS[:1], "assignPublicIp": "ENABLED"}}
    run = {"taskDefinition": "many", "launchType": "FARGATE", "networkConfiguration": vpc}
    second = story.call("ecs:RunTask", 60, cluster="game", **run)["tasks"][0]["taskArn"]
    admit(story, 60, FromPort=1, ToPort=65535, IpRanges=[{"CidrIp": "0.0.0.0/0"}])
    answer = tried(story.until(120), "internet", second, 9999)
    assert answer["sentence"].endswith(f"so nothing is known to listen; {told}.")


@rule("PN:N-10")
def test_a_port_that_no_container_maps() -> None:
    story = Story().on_instances(1)
    story.create(1)
    answer = tried(story.until(40), FIRST, TASK, 99)
    assert (answer["code"], answer["hops"][-1]["kind"]) == ("noPortMapping", "portMapping")


@rule("PN:N-2")
def test_a_task_without_a_network_connects_to_nothing() -> None:
    story = Story().on_instances(1)
    container = {"name": "web", "image": "web", "memory": 64}
    story.call("ecs:RegisterTaskDefinition", family="alone", networkMode="none", containerDefinitions=[container])
    story.call("ecs:RunTask", cluster="game", taskDefinition="alone")
    assert tried(story.until(40), FIRST, TASK)["code"] == "noPortMapping"


def test_what_does_not_run_connects_to_nothing() -> None:
    story = Story().on_instances(2)
    story.create(1)
    answer = tried(story.until(1), SECOND, TASK)
    assert (answer["code"], answer["stoppedAt"]) == ("notRunning", 0)
    assert answer["sentence"] == f"Task {TASK} is PENDING; nothing runs there to connect."
    story.call("lab:FailInstance", 40, instance=FIRST)
    assert tried(story, FIRST, SECOND)["sentence"] == f"Instance {FIRST} is dead; nothing runs there to connect."
    story.call("ec2:StopInstances", 41, InstanceIds=[SECOND])
    assert tried(story, SECOND, "internet", 443)["code"] == "notRunning"


def test_a_container_that_is_not_well_refuses() -> None:
    story = Story().on_instances(2)
    story.call("lab:PutImage", image="web", healthy={"after": "300s"})
    story.create(1)
    answer = tried(story.until(40), SECOND, TASK)
    assert (answer["code"], answer["hops"][-1]["kind"]) == ("notListening", "container")
    assert tried(story.until(400), SECOND, TASK)["reached"]


@rule("PN:N-45")
def test_out_to_the_internet() -> None:
    story = Story().on_instances(1)
    answer = tried(story, FIRST, "internet", 443)
    assert answer["reached"]
    assert way(answer) == [("securityGroup", True), ("route", True), ("internetGateway", True)]


def test_two_vpcs_are_not_connected() -> None:
    story = Story().on_instances(1)
    other = story.call("ec2:CreateVpc", CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = story.call("ec2:CreateSubnet", VpcId=other, CidrBlock="10.9.0.0/24")["Subnet"]["SubnetId"]
    story.call("lab:AddContainerInstances", cluster="game", instanceType="t3.medium", count=1, subnets=[subnet])
    answer = tried(story, FIRST, SECOND)
    assert (answer["code"], answer["sentence"]) == (
        "noRoute",
        "The two are in different VPCs, which are not connected; put them into one.",
    )


@pytest.mark.parametrize(
    ("source", "target", "port", "word"),
    [
        ("internet", "internet", 80, "both the internet"),
        ("internet", "nobody", 80, "'nobody' is none of the lab's"),
        ("nobody", "internet", 80, "'nobody' is none of the lab's"),
        ("internet", "internet", 0, "port is 0"),
        ("internet", "internet", 65536, "port is 65536"),
    ],
)
def test_what_cannot_be_asked(source: str, target: str, port: int, word: str) -> None:
    with pytest.raises(InvalidParameterException, match=word):
        tried(Story().on_instances(1), source, target, port)


def test_an_instance_whose_subnet_is_deleted_is_terminated_all_the_same() -> None:
    story = Story().on_instances(1)
    story.call("ec2:TerminateInstances", 1, InstanceIds=[FIRST])
    story.call("ec2:DeleteSubnet", 100, SubnetId=SUBNETS[0])
    answer = tried(story, FIRST, "internet", 443)
    assert (answer["code"], answer["from"]["address"]) == ("notRunning", None)


@rule("PN:L-54")
def test_a_target_group_without_weight_gets_no_connection() -> None:
    story, _ = bridged()
    nothing = [{"Type": "forward", "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": WEB, "Weight": 0}]}}]
    story.call("elbv2:ModifyListener", 50, ListenerArn=LISTENER, DefaultActions=nothing)
    clients = story.simulation.world.load_balancers[FRONT].security_groups[0]
    admit(story, 50, clients, IpRanges=[{"CidrIp": "0.0.0.0/0"}])
    assert tried(story, "internet", FRONT)["code"] == "noTarget"
