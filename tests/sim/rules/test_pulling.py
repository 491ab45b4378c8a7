"""Ways to registries, secrets, logs and ECS, and what a task says when there is none."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.rules.pulling import agent_path, ecr_region
from ecslab.sim.rules.reachability import service_path
from ecslab.sim.state.task import Task
from tests.rules import rule
from tests.sim import identity, network
from tests.sim.network import BARE_SUBNET, BARE_TABLE, DEFAULT_SUBNET, SERVICE, SUBNET, VPC
from tests.sim.stories import Story

ECR = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:1"
GROUP = "sg-0000000000000002"
"""The default group of the story's VPC."""
DEFAULT_VPC = "vpc-0000000000000001"


@pytest.fixture
def story() -> Story:
    story = Story()
    network.live(story)
    return story


def path(story: Story, service: str = "internet", subnet: str = SUBNET, *, public: bool = False) -> tuple[str, int]:
    """The code of a way and how many hops it took."""
    found = service_path(story.simulation.world, subnet, [GROUP], public, service)
    assert found.sentence.endswith(".")
    return found.code, len(found.hops)


@rule("PN:N-45", "IC:R-14", "IC:R-25")
def test_the_internet_by_an_internet_gateway_needs_a_public_address(story: Story) -> None:
    assert path(story, public=True) == ("reached", 3)
    assert path(story, public=False) == ("noPublicAddress", 3)
    assert path(story, subnet=BARE_SUBNET, public=True) == ("noRoute", 2)


@rule("PN:N-45")
def test_the_internet_by_a_nat_gateway_needs_one_that_leads_out(story: Story) -> None:
    made = story.call("ec2:CreateNatGateway", SubnetId=SUBNET, AllocationId="eipalloc-0000000000000001")["NatGateway"]
    route = {"RouteTableId": BARE_TABLE, "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": made["NatGatewayId"]}
    story.call("ec2:CreateRoute", **route)
    story.call("ec2:AssociateRouteTable", RouteTableId=BARE_TABLE, SubnetId=BARE_SUBNET)
    assert path(story, subnet=BARE_SUBNET) == ("noRoute", 3)
    story.until(120)
    assert path(story, subnet=BARE_SUBNET) == ("reached", 3)
    story.call("ec2:DeleteRoute", 120, RouteTableId="rtb-0000000000000004", DestinationCidrBlock="0.0.0.0/0")
    assert path(story, subnet=BARE_SUBNET) == ("noRoute", 3)
    story.call("ec2:DeleteNatGateway", 120, NatGatewayId=made["NatGatewayId"])
    assert path(story, subnet=BARE_SUBNET) == ("noRoute", 2)


@rule("IC:R-25")
def test_nothing_leaves_without_a_rule(story: Story) -> None:
    everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    story.call("ec2:RevokeSecurityGroupEgress", GroupId=GROUP, IpPermissions=everything)
    assert path(story, public=True) == ("securityGroup", 1)


@rule("IC:R-17")
def test_s3_by_the_gateway_endpoint_of_the_table_alone(story: Story) -> None:
    assert path(story, "s3") == ("reached", 3)
    assert path(story, "s3", BARE_SUBNET) == ("noRoute", 2)
    s3_only = [
        {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "PrefixListIds": [{"PrefixListId": "pl-63a5400a"}]}
    ]
    everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    story.call("ec2:RevokeSecurityGroupEgress", GroupId=GROUP, IpPermissions=everything)
    assert path(story, "s3") == ("securityGroup", 1)
    story.call("ec2:AuthorizeSecurityGroupEgress", GroupId=GROUP, IpPermissions=s3_only)
    assert path(story, "s3") == ("reached", 3)
    assert path(story, public=True) == ("securityGroup", 1)


def endpoint(story: Story, service: str, **more: Any) -> dict[str, Any]:
    now = story.simulation.world.now_ms // 1000
    story.call("ec2:ModifyVpcAttribute", now, VpcId=VPC, EnableDnsHostnames={"Value": True})
    named = {"VpcId": VPC, "VpcEndpointType": "Interface", "ServiceName": f"{SERVICE}{service}"}
    made: dict[str, Any] = story.call("ec2:CreateVpcEndpoint", now, **{**named, "SubnetIds": [SUBNET], **more})[
        "VpcEndpoint"
    ]
    story.until(now + 60)
    return made


@rule("IC:R-15", "IC:R-23", "IC:R-24")
def test_an_interface_endpoint_serves_one_service_from_every_subnet_of_its_vpc(story: Story) -> None:
    endpoint(story, "ecr.api")
    assert path(story, "ecr.api", BARE_SUBNET) == ("reached", 3)
    assert path(story, "ecr.dkr", BARE_SUBNET) == ("noRoute", 2)
    assert path(story, "internet", BARE_SUBNET) == ("noRoute", 2)


@rule("IC:R-23")
def test_an_endpoint_that_admits_nobody_is_in_the_way_even_of_the_internet(story: Story) -> None:
    closed = story.call("ec2:CreateSecurityGroup", GroupName="closed", Description="x", VpcId=VPC)["GroupId"]
    assert path(story, "logs", public=True) == ("reached", 3)
    endpoint(story, "logs", SecurityGroupIds=[closed])
    assert path(story, "logs", public=True) == ("securityGroup", 3)
    block = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}
    story.call("ec2:AuthorizeSecurityGroupIngress", 60, GroupId=closed, IpPermissions=[block])
    assert path(story, "logs", public=True) == ("reached", 3)


def test_without_private_dns_names_lead_past_the_endpoint(story: Story) -> None:
    endpoint(story, "ssm", PrivateDnsEnabled=False)
    endpoint(story, "logs")
    assert path(story, "ssm", BARE_SUBNET) == ("noRoute", 2)
    assert path(story, "logs", BARE_SUBNET) == ("reached", 3)
    story.call("ec2:ModifyVpcAttribute", 120, VpcId=VPC, EnableDnsSupport={"Value": False})
    assert path(story, "logs", BARE_SUBNET) == ("noRoute", 2)


@rule("IC:R-17")
def test_endpoints_that_do_not_serve(story: Story) -> None:
    endpoint(story, "s3")
    assert path(story, "s3", BARE_SUBNET) == ("noRoute", 2)
    endpoint(story, "ssm", SubnetIds=[])
    assert path(story, "ssm", public=True) == ("noRoute", 1)


@rule("IC:R-22")
def test_an_agent_needs_three_endpoints_or_a_way_out() -> None:
    story = Story().on_instances(1)
    machine = next(iter(story.simulation.world.ec2_instances.values()))
    assert agent_path(story.simulation.world, machine).reached
    story.call("ec2:DeleteRoute", RouteTableId="rtb-0000000000000001", DestinationCidrBlock="0.0.0.0/0")
    shared = {"VpcId": DEFAULT_VPC, "VpcEndpointType": "Interface", "SubnetIds": [DEFAULT_SUBNET]}
    for number, service in enumerate(("ecs", "ecs-agent", "ecs-telemetry")):
        story.until(100 * number)
        assert not agent_path(story.simulation.world, machine).reached
        story.call("ec2:CreateVpcEndpoint", 100 * number, ServiceName=f"{SERVICE}{service}", **shared)
    assert agent_path(story.until(300).simulation.world, machine).reached


def test_names_of_registries() -> None:
    assert ecr_region(ECR) == "us-east-1"
    assert ecr_region("public.ecr.aws/nginx/nginx") is None
    assert ecr_region("nginx") is None


def told(story: Story, **container: Any) -> str | None:
    """Why a task on an instance without a way out stops."""
    story.call("ecs:CreateCluster", clusterName="game")
    story.call("lab:AddContainerInstances", cluster="game", instanceType="t3.medium")
    story.call("ec2:DeleteRoute", RouteTableId="rtb-0000000000000001", DestinationCidrBlock="0.0.0.0/0")
    web = {"name": "web", "image": "web", "memory": 64, **container}
    role = identity.role(story, "execution")
    story.call("ecs:RegisterTaskDefinition", family="web", executionRoleArn=role, containerDefinitions=[web])
    story.call("ecs:RunTask", cluster="game", taskDefinition="web")
    return next(iter(story.until(130).simulation.world.tasks.values())).stopped_reason


@rule("IC:R-12", "PN:N-45")
@pytest.mark.parametrize(
    ("image", "address"),
    [
        ("web", "https://registry-1.docker.io/v2/library/web/manifests/latest"),
        ("me/web:2", "https://registry-1.docker.io/v2/me/web/manifests/2"),
        ("public.ecr.aws/nginx/nginx:1", "https://public.ecr.aws/v2/nginx/nginx/manifests/1"),
        (ECR, "https://api.ecr.us-east-1.amazonaws.com/"),
    ],
)
def test_what_the_agent_says_of_a_registry_out_of_reach(image: str, address: str) -> None:
    assert told(Story(), image=image) == (
        "CannotPullContainerError: The task can't pull the image. Check your network configuration. Error response "
        f'from daemon: Get "{address}": net/http: request canceled while waiting for connection '
        "(Client.Timeout exceeded while awaiting headers)"
    )


@rule("IC:R-19", "IC:R-20", "IC:R-18")
@pytest.mark.parametrize(
    ("container", "words"),
    [
        (
            {"secrets": [{"name": "A", "valueFrom": "arn:aws:secretsmanager:us-east-1:123456789012:secret:a-AbCdEf"}]},
            "Fetching secret data from AWS Secrets Manager in region us-east-1: RequestError",
        ),
        ({"secrets": [{"name": "A", "valueFrom": "a"}]}, "Fetching secret data from SSM Parameter Store in us-east-1:"),
        (
            {
                "repositoryCredentials": {
                    "credentialsParameter": "arn:aws:secretsmanager:us-east-1:123456789012:secret:a"
                }
            },
            "Fetching secret data from AWS Secrets Manager",
        ),
    ],
)
def test_what_the_agent_says_of_secrets_out_of_reach(container: dict[str, Any], words: str) -> None:
    assert (told(Story(), **container) or "").startswith(words)


@rule("PN:N-45")
def test_an_instance_that_has_the_image_needs_no_way_to_the_registry() -> None:
    story = Story().on_instances(1)
    run = {"cluster": "game", "taskDefinition": "web"}
    story.call("ecs:RunTask", **run)
    story.call("ec2:DeleteRoute", 60, RouteTableId="rtb-0000000000000001", DestinationCidrBlock="0.0.0.0/0")
    story.call("ecs:RunTask", 60, **run)
    first, second = story.until(90).simulation.world.tasks.values()
    assert (first.last_status, second.last_status) == ("RUNNING", "RUNNING")
    logs = {"logDriver": "awslogs", "options": {"awslogs-group": "a", "awslogs-region": "us-east-1"}}
    container = {"name": "web", "image": "web", "memory": 64, "logConfiguration": logs}
    story.call("ecs:RegisterTaskDefinition", 90, family="logs", containerDefinitions=[container])
    story.call("ecs:RunTask", 90, cluster="game", taskDefinition="logs")
    last: Task = list(story.until(300).simulation.world.tasks.values())[-1]
    assert (last.stopped_reason or "").startswith(
        "CannotStartContainerError: Error response from daemon: failed to initialize logging driver: failed to create "
    )


@rule("IC:R-12")
def test_a_way_that_opens_before_the_retries_are_over_counts() -> None:
    story = Story().on_instances(1)
    story.call("ec2:DeleteRoute", RouteTableId="rtb-0000000000000001", DestinationCidrBlock="0.0.0.0/0")
    story.call("ecs:RunTask", cluster="game", taskDefinition="web")
    again = {"RouteTableId": "rtb-0000000000000001", "DestinationCidrBlock": "0.0.0.0/0"}
    story.call("ec2:CreateRoute", 100, GatewayId="igw-0000000000000001", **again)
    task = next(iter(story.until(130).simulation.world.tasks.values()))
    assert task.last_status == "RUNNING"
