"""What every run of the machine opens with; a world is opened once for each Start, and then forked."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from ecslab.sim.command import Command
from ecslab.sim.simulation import Outcome, Simulation
from ecslab.sim.world import Start
from tests.sim.balancing import FRONT, GROUP, LISTENER, SUBNETS, VPC, forward, path

GAME = "game"
ZONES = ("us-east-1a", "us-east-1b", "us-east-1c")
ON_INTERFACES = ("vpc", "fargate", "volume")
FAMILIES = ("bridge", "fixed", "host", "vpc", "fargate", "sidecar", "disk", "volume")
GROUPS = ("instances", "addresses", "inner")
"""Target groups, by name."""
PROVIDERS = ("ours", "spot")
CHECK = {"command": ["CMD", "true"], "interval": 10, "retries": 2}
DISK_ROLE = "ecsInfrastructureRole"
FARGATE_VCPUS = 1
"""The quota of Fargate and that of Fargate Spot: four tasks."""
VOLUMES = "arn:aws:iam::aws:policy/service-role/AmazonECSInfrastructureRolePolicyForVolumes"
EXEC = [f"ssmmessages:{verb}{kind}Channel" for verb in ("Create", "Open") for kind in ("Control", "Data")]


def role(name: str) -> str:
    """The ARN of a role."""
    return f"arn:aws:iam::123456789012:role/{name}"


def definitions() -> list[dict[str, Any]]:
    """A revision of each kind: network modes, ports, sidecars, health checks and volumes."""
    web = {"name": "web", "image": "web", "cpu": 128, "memory": 200}
    dynamic = {"portMappings": [{"containerPort": 80}]}
    static = {"portMappings": [{"containerPort": 80, "hostPort": 8080}]}
    size = {"cpu": "256", "memory": "512", "networkMode": "awsvpc", "taskRoleArn": role("program")}
    fargate = {**size, "requiresCompatibilities": ["FARGATE"]}
    sidecar = {"name": "log", "image": "log", "essential": False, "memory": 64}
    mounted = {"mountPoints": [{"sourceVolume": "data", "containerPath": "/data"}]}
    disk = {"volumes": [{"name": "data", "configuredAtLaunch": True}]}
    return [
        {"family": "bridge", "containerDefinitions": [web | dynamic], "taskRoleArn": role("program")},
        {"family": "fixed", "containerDefinitions": [web | static]},
        {"family": "host", "networkMode": "host", "containerDefinitions": [web | dynamic]},
        {"family": "vpc", **size, "containerDefinitions": [web | dynamic]},
        {"family": "fargate", **fargate, "containerDefinitions": [web | dynamic]},
        {"family": "sidecar", "containerDefinitions": [web | {"healthCheck": CHECK}, sidecar]},
        {"family": "disk", "containerDefinitions": [web | mounted], **disk},
        {"family": "volume", **fargate, "containerDefinitions": [web | mounted], **disk},
        {"family": "agent", "containerDefinitions": [{"name": "web", "image": "web", "cpu": 64, "memory": 64}]},
    ]


def roles() -> list[tuple[str, dict[str, Any]]]:
    """The role that ECS makes volumes with, and that of programs, which sessions of ECS Exec need."""
    calls: list[tuple[str, dict[str, Any]]] = []
    for name, service in ((DISK_ROLE, "ecs.amazonaws.com"), ("program", "ecs-tasks.amazonaws.com")):
        statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        calls.append(("iam:CreateRole", {"RoleName": name, "AssumeRolePolicyDocument": trust}))
    allowed = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": EXEC, "Resource": "*"}]}
    document = {"RoleName": "program", "PolicyName": "exec", "PolicyDocument": json.dumps(allowed)}
    return [
        *calls,
        ("iam:AttachRolePolicy", {"RoleName": DISK_ROLE, "PolicyArn": VOLUMES}),
        ("iam:PutRolePolicy", document),
    ]


def balancers() -> list[tuple[str, dict[str, Any]]]:
    """An Application and a Network Load Balancer in front of three target groups."""
    check = {"HealthCheckIntervalSeconds": 10, "HealthCheckTimeoutSeconds": 4}
    groups = (("instances", "HTTP", "instance"), ("addresses", "HTTP", "ip"), ("inner", "TCP", "ip"))
    arns = group_arns()
    of_network = FRONT.replace("/app/front/0000000000000001", "/net/inner/0000000000000002")
    listener = {"Protocol": "HTTP", "Port": 80, "DefaultActions": forward(arns["instances"])}
    shop = {"Priority": 10, "Conditions": path("/shop*"), "Actions": forward(arns["addresses"], arns["instances"])}
    tcp = [{"Type": "forward", "TargetGroupArn": arns["inner"]}]
    return [
        ("elbv2:CreateLoadBalancer", {"Name": "front", "Subnets": SUBNETS}),
        ("elbv2:CreateLoadBalancer", {"Name": "inner", "Type": "network", "Scheme": "internal", "Subnets": SUBNETS}),
        *(
            ("elbv2:CreateTargetGroup", {"Name": n, "Protocol": p, "Port": 80, "VpcId": VPC, "TargetType": t} | http)
            for n, p, t in groups
            for http in (check if p == "HTTP" else {},)
        ),
        ("elbv2:CreateListener", {"LoadBalancerArn": FRONT, **listener}),
        ("elbv2:CreateRule", {"ListenerArn": LISTENER, **shop}),
        (
            "elbv2:CreateListener",
            {"LoadBalancerArn": of_network, "Protocol": "TCP", "Port": 80, "DefaultActions": tcp},
        ),
    ]


def group_arns() -> dict[str, str]:
    """The ARNs of the target groups, by name."""
    start = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup"
    return {name: f"{start}/{name}/{number:016x}" for number, name in enumerate(GROUPS, 1)}


def machines() -> list[tuple[str, dict[str, Any]]]:
    """Three instances alone, a group that ECS scales, and one of Spot Instances."""
    managed = {"status": "ENABLED", "targetCapacity": 100, "instanceWarmupPeriod": 60}
    zones = {"zones": list(ZONES[:2])}
    ours = {"min": 0, "desired": 1, "max": 3, "capacityProvider": "ours", "managedScaling": managed}
    spot = {"min": 0, "desired": 1, "max": 2, "capacityProvider": "spot", "market": "spot"}
    return [
        ("lab:AddContainerInstances", {"cluster": GAME, "instanceType": "t3.small", "count": 3}),
        ("lab:AddCapacity", {"cluster": GAME, "instanceType": "t3.small", **zones, **ours}),
        ("lab:AddCapacity", {"cluster": GAME, "instanceType": "t3.medium", **zones, **spot}),
    ]


def opening() -> list[tuple[str, dict[str, Any]]]:
    """The calls that make the world of every run, an almost full subnet among them."""
    within = {"IpProtocol": "tcp", "FromPort": 0, "ToPort": 65535, "IpRanges": [{"CidrIp": "172.31.0.0/16"}]}
    small = {"VpcId": VPC, "CidrBlock": "172.31.240.0/28", "AvailabilityZone": ZONES[0]}
    return [
        ("ecs:CreateCluster", {"clusterName": GAME, "capacityProviders": ["FARGATE", "FARGATE_SPOT"]}),
        ("ec2:CreateSubnet", small),
        ("ec2:AuthorizeSecurityGroupIngress", {"GroupId": GROUP, "IpPermissions": [within]}),
        *roles(),
        *balancers(),
        *(("ecs:RegisterTaskDefinition", definition) for definition in definitions()),
        *(("lab:SetQuota", {"code": code, "value": FARGATE_VCPUS}) for code in ("L-3032A538", "L-36FBB829")),
        *machines(),
    ]


@cache
def _opened(seed: int, tie_break: str) -> Simulation:
    simulation = Simulation.begin(Start(seed=seed, tie_break=tie_break))
    for name, parameters in opening():
        service, operation = name.split(":")
        outcome = simulation.apply(Command(0, service, operation, parameters))
        assert isinstance(outcome, Outcome), outcome
    return simulation


def opened(seed: int, tie_break: str) -> Simulation:
    """A world that nothing has happened in yet but the opening."""
    return _opened(seed, tie_break).fork()
