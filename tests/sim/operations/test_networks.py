"""VPCs and what they are built of, as EC2 makes, shows, refuses and deletes them."""

from __future__ import annotations

from typing import Any

import pytest

from ecslab.sim.errors.common import SimError
from ecslab.sim.rules import routing
from ecslab.sim.simulation import Rejection
from tests.rules import rule
from tests.sim import network
from tests.sim.network import (
    ADDRESS,
    ASSOCIATION,
    BARE_SUBNET,
    BARE_TABLE,
    BARE_VPC,
    DEFAULT_SUBNET,
    ENDPOINT,
    GATEWAY,
    LOOSE_GATEWAY,
    NAT,
    SERVICE,
    SUBNET,
    TABLE,
    VPC,
)
from tests.sim.stories import Story

INTERNET = "0.0.0.0/0"
DEFAULT_VPC = "vpc-0000000000000001"


@pytest.fixture
def story() -> Story:
    story = Story()
    network.live(story)
    return story


def refused(story: Story, call: str, **parameters: Any) -> str:
    before = story.simulation.digest()
    outcome = story.attempt(f"ec2:{call}", story.simulation.world.now_ms / 1000, **parameters)
    assert isinstance(outcome, Rejection), outcome
    assert story.simulation.digest() == before
    return outcome.code


def read(story: Story, call: str, **parameters: Any) -> Any:
    answer = story.simulation.read("ec2", call, parameters)
    return next(iter(answer.values()))


@rule("PN:N-45")
def test_a_new_account_has_public_subnets_with_a_way_out() -> None:
    story = Story()
    table = read(story, "DescribeRouteTables")[0]
    assert [(r["DestinationCidrBlock"], r["GatewayId"][:4], r["State"]) for r in table["Routes"]] == [
        ("172.31.0.0/16", "loca", "active"),
        (INTERNET, "igw-", "active"),
    ]
    assert table["Associations"][0]["Main"] is True
    world = story.simulation.world
    assert all(routing.is_public(world, subnet) for subnet in world.subnets.values())
    assert all(subnet["MapPublicIpOnLaunch"] for subnet in read(story, "DescribeSubnets"))


@rule("PN:N-45")
def test_a_subnet_is_public_by_the_table_that_it_follows(story: Story) -> None:
    world = story.simulation.world
    assert routing.is_public(world, world.subnets[SUBNET])
    assert not routing.is_public(world, world.subnets[BARE_SUBNET])
    story.call("ec2:DisassociateRouteTable", AssociationId=ASSOCIATION)
    assert not routing.is_public(world, world.subnets[SUBNET])
    main = routing.main_table(world, VPC)
    new = story.call("ec2:ReplaceRouteTableAssociation", AssociationId=main.main_association, RouteTableId=TABLE)
    assert routing.is_public(world, world.subnets[SUBNET])
    assert routing.is_public(world, world.subnets[BARE_SUBNET])
    assert routing.main_table(world, VPC).main_association == new["NewAssociationId"]
    assert refused(story, "DisassociateRouteTable", AssociationId=new["NewAssociationId"]) == "InvalidParameterValue"


def test_a_subnets_table_is_replaced(story: Story) -> None:
    story.call("ec2:ReplaceRouteTableAssociation", AssociationId=ASSOCIATION, RouteTableId=BARE_TABLE)
    tables = read(story, "DescribeRouteTables", Filters=[{"Name": "association.subnet-id", "Values": [SUBNET]}])
    assert [table["RouteTableId"] for table in tables] == [BARE_TABLE]
    other = read(story, "DescribeRouteTables", Filters=[{"Name": "vpc-id", "Values": [BARE_VPC]}])[0]
    code = refused(story, "ReplaceRouteTableAssociation", AssociationId="x", RouteTableId=BARE_TABLE)
    assert code == "InvalidAssociationID.NotFound"
    association = tables[0]["Associations"][0]["RouteTableAssociationId"]
    wrong = {"AssociationId": association, "RouteTableId": other["RouteTableId"]}
    assert refused(story, "ReplaceRouteTableAssociation", **wrong) == "InvalidParameterValue"


def test_a_route_to_what_is_gone_is_a_blackhole(story: Story) -> None:
    story.call("ec2:DetachInternetGateway", InternetGatewayId=GATEWAY, VpcId=VPC)
    route = read(story, "DescribeRouteTables", RouteTableIds=[TABLE])[0]["Routes"][1]
    assert (route["GatewayId"], route["State"]) == (GATEWAY, "blackhole")
    story.call("ec2:DeleteInternetGateway", InternetGatewayId=GATEWAY)
    assert read(story, "DescribeRouteTables", RouteTableIds=[TABLE])[0]["Routes"][1]["State"] == "blackhole"
    story.call("ec2:DeleteRoute", RouteTableId=TABLE, DestinationCidrBlock=INTERNET)
    routes = read(story, "DescribeRouteTables", RouteTableIds=[TABLE])[0]["Routes"]
    assert [r.get("DestinationPrefixListId") for r in routes] == [None, "pl-63a5400a"]


@rule("PN:N-41", "PN:N-45")
def test_a_nat_gateway_takes_an_address_and_some_time(story: Story) -> None:
    made = story.call("ec2:CreateNatGateway", SubnetId=SUBNET, AllocationId=ADDRESS)["NatGateway"]
    assert made["State"] == "pending"
    assert made["NatGatewayAddresses"][0]["PrivateIp"] == "10.0.0.4"
    assert read(story, "DescribeSubnets", SubnetIds=[SUBNET])[0]["AvailableIpAddressCount"] == 250
    assert refused(story, "ReleaseAddress", AllocationId=ADDRESS) == "InvalidIPAddress.InUse"
    assert refused(story, "CreateNatGateway", SubnetId=SUBNET, AllocationId=ADDRESS) == "InvalidIPAddress.InUse"
    assert refused(story, "DetachInternetGateway", InternetGatewayId=GATEWAY, VpcId=VPC) == "DependencyViolation"
    story.until(119)
    assert read(story, "DescribeNatGateways", NatGatewayIds=[made["NatGatewayId"]])[0]["State"] == "pending"
    story.until(120)
    filters = [{"Name": "state", "Values": ["available"]}]
    available = read(story, "DescribeNatGateways", Filter=filters)
    assert made["NatGatewayId"] in [gateway["NatGatewayId"] for gateway in available]
    nat = {"DestinationCidrBlock": INTERNET, "NatGatewayId": made["NatGatewayId"]}
    story.call("ec2:CreateRoute", 120, RouteTableId=BARE_TABLE, **nat)
    story.call("ec2:DeleteNatGateway", 120, NatGatewayId=made["NatGatewayId"])
    story.call("ec2:DeleteNatGateway", 120, NatGatewayId=made["NatGatewayId"])
    assert read(story, "DescribeRouteTables", RouteTableIds=[BARE_TABLE])[0]["Routes"][1]["State"] == "blackhole"
    assert refused(story, "ReplaceRoute", RouteTableId=BARE_TABLE, **nat) == "NatGatewayNotFound"
    assert refused(story, "DeleteSubnet", SubnetId=SUBNET) == "DependencyViolation"
    story.until(180)
    gone = read(story, "DescribeNatGateways", NatGatewayIds=[made["NatGatewayId"]])[0]
    assert (gone["State"], gone["DeleteTime"]) == ("deleted", "2026-01-05T00:03:00Z")
    story.call("ec2:ReleaseAddress", 180, AllocationId=ADDRESS)
    story.call("ec2:DeleteSubnet", 180, SubnetId=SUBNET)
    assert read(story, "DescribeRouteTables", RouteTableIds=[TABLE])[0]["Associations"] == []


def test_a_private_nat_gateway_needs_no_address(story: Story) -> None:
    private = {"SubnetId": SUBNET, "ConnectivityType": "private"}
    made = story.call("ec2:CreateNatGateway", **private)["NatGateway"]
    assert (made["ConnectivityType"], "PublicIp" in made["NatGatewayAddresses"][0]) == ("private", False)
    assert refused(story, "CreateNatGateway", **private, AllocationId=ADDRESS) == "InvalidParameterCombination"
    assert refused(story, "CreateNatGateway", SubnetId=SUBNET) == "MissingParameter"
    story.call("ec2:DeleteNatGateway", NatGatewayId=made["NatGatewayId"])
    assert story.until(600).simulation.world.subnets[SUBNET].holders == {}


def test_elastic_addresses_are_five_at_most(story: Story) -> None:
    for _ in range(3):
        story.call("ec2:AllocateAddress")
    assert refused(story, "AllocateAddress") == "AddressLimitExceeded"
    held = read(story, "DescribeAddresses", AllocationIds=["eipalloc-0000000000000002"])[0]
    assert held["NetworkInterfaceId"] == "eni-0000000000000001"
    assert refused(story, "ReleaseAddress") == "MissingParameter"
    assert refused(story, "ReleaseAddress", AllocationId="x") == "InvalidAllocationID.NotFound"
    found = read(story, "DescribeAddresses", Filters=[{"Name": "public-ip", "Values": [held["PublicIp"]]}])
    assert len(found) == 1


@rule("IC:R-15", "IC:R-16", "IC:R-17", "PN:N-41")
def test_interface_endpoints_take_an_address_in_each_subnet(story: Story) -> None:
    endpoint = {"VpcId": DEFAULT_VPC, "VpcEndpointType": "Interface", "ServiceName": f"{SERVICE}ecr.api"}
    made = story.call("ec2:CreateVpcEndpoint", **endpoint, SubnetIds=[DEFAULT_SUBNET])["VpcEndpoint"]
    assert (made["State"], made["PrivateDnsEnabled"], made["Groups"][0]["GroupName"]) == ("pending", True, "default")
    assert made["DnsEntries"][1] == {"DnsName": "api.ecr.us-east-1.amazonaws.com"}
    free = read(story, "DescribeSubnets", SubnetIds=[DEFAULT_SUBNET])[0]["AvailableIpAddressCount"]
    assert free == 4091 - 2
    story.until(60)
    named = {"VpcEndpointIds": [made["VpcEndpointId"]]}
    assert read(story, "DescribeVpcEndpoints", **named)[0]["State"] == "available"
    assert refused(story, "CreateVpcEndpoint", **endpoint, SubnetIds=[DEFAULT_SUBNET]) == "InvalidParameterValue"
    interfaces = read(
        story, "DescribeNetworkInterfaces", Filters=[{"Name": "interface-type", "Values": ["vpc_endpoint"]}]
    )
    assert [i["Description"] for i in interfaces] == [f"VPC Endpoint Interface {made['VpcEndpointId']}"]
    answer = story.call("ec2:DeleteVpcEndpoints", 60, VpcEndpointIds=[made["VpcEndpointId"], "vpce-9"])
    assert answer["Unsuccessful"][0]["ResourceId"] == "vpce-9"
    assert len(story.simulation.world.subnets[DEFAULT_SUBNET].holders) == 1


def test_endpoints_that_cannot_be(story: Story) -> None:
    interface = {"VpcId": DEFAULT_VPC, "VpcEndpointType": "Interface", "ServiceName": f"{SERVICE}logs"}
    gateway = {"VpcId": VPC, "ServiceName": f"{SERVICE}s3"}
    wrong = [
        ({**interface, "ServiceName": "logs"}, "InvalidServiceName"),
        ({**interface, "VpcEndpointType": "Gateway"}, "InvalidParameterValue"),
        ({**interface, "RouteTableIds": [TABLE]}, "InvalidParameterValue"),
        ({**interface, "SubnetIds": [SUBNET]}, "InvalidParameterValue"),
        ({**interface, "SecurityGroupIds": ["sg-9"]}, "InvalidGroup.NotFound"),
        ({**interface, "SecurityGroupIds": ["sg-0000000000000002"]}, "InvalidGroup.NotFound"),
        ({**interface, "VpcId": VPC}, "InvalidParameterValue"),
        ({**gateway, "RouteTableIds": [TABLE]}, "RouteAlreadyExists"),
        ({**gateway, "RouteTableIds": ["rtb-0000000000000001"]}, "InvalidParameterValue"),
        ({**gateway, "SubnetIds": [SUBNET]}, "InvalidParameterValue"),
    ]
    for parameters, code in wrong:
        assert refused(story, "CreateVpcEndpoint", **parameters) == code, parameters
    story.call("ec2:CreateSubnet", VpcId=DEFAULT_VPC, CidrBlock="172.31.240.0/28")
    both = [DEFAULT_SUBNET, "subnet-0000000000000006"]
    assert refused(story, "CreateVpcEndpoint", **interface, SubnetIds=both) == "InvalidParameterValue"
    assert refused(story, "DeleteVpcEndpoints", VpcEndpointIds=["vpce-9"]) == "InvalidVpcEndpointId.NotFound"


def test_private_dns_needs_names_in_the_vpc(story: Story) -> None:
    endpoint = {"VpcId": VPC, "VpcEndpointType": "Interface", "ServiceName": f"{SERVICE}logs", "SubnetIds": [SUBNET]}
    assert refused(story, "CreateVpcEndpoint", **endpoint) == "InvalidParameterValue"
    story.call("ec2:ModifyVpcAttribute", VpcId=VPC, EnableDnsHostnames={"Value": True})
    story.call("ec2:CreateVpcEndpoint", **endpoint)
    hostnames = story.simulation.read("ec2", "DescribeVpcAttribute", {"VpcId": VPC, "Attribute": "enableDnsHostnames"})
    assert hostnames["EnableDnsHostnames"] == {"Value": True}
    story.call("ec2:ModifyVpcAttribute", VpcId=VPC, EnableDnsSupport={"Value": False})
    support = story.simulation.read("ec2", "DescribeVpcAttribute", {"VpcId": VPC, "Attribute": "enableDnsSupport"})
    assert support["EnableDnsSupport"] == {"Value": False}
    two = {"EnableDnsSupport": {"Value": True}, "EnableDnsHostnames": {"Value": True}}
    assert refused(story, "ModifyVpcAttribute", VpcId=VPC, **two) == "InvalidParameterCombination"


def test_routes_that_cannot_be(story: Story) -> None:
    route = {"RouteTableId": TABLE, "DestinationCidrBlock": INTERNET}
    wrong = [
        ("CreateRoute", {**route, "GatewayId": GATEWAY}, "RouteAlreadyExists"),
        ("CreateRoute", {**route}, "InvalidParameterCombination"),
        ("CreateRoute", {**route, "GatewayId": "igw-9"}, "InvalidGatewayID.NotFound"),
        ("CreateRoute", {**route, "GatewayId": LOOSE_GATEWAY}, "InvalidParameterValue"),
        ("CreateRoute", {**route, "NatGatewayId": NAT}, "NatGatewayNotFound"),
        ("CreateRoute", {"RouteTableId": TABLE, "GatewayId": GATEWAY}, "MissingParameter"),
        ("CreateRoute", {**route, "DestinationCidrBlock": "x", "GatewayId": GATEWAY}, "InvalidParameterValue"),
        (
            "CreateRoute",
            {**route, "DestinationCidrBlock": "10.0.1.0/24", "GatewayId": GATEWAY},
            "InvalidParameterValue",
        ),
        ("ReplaceRoute", {**route, "RouteTableId": BARE_TABLE, "GatewayId": GATEWAY}, "InvalidRoute.NotFound"),
        ("DeleteRoute", {**route, "DestinationCidrBlock": "10.0.0.0/16"}, "InvalidParameterValue"),
        ("DeleteRoute", {**route, "RouteTableId": "rtb-9"}, "InvalidRouteTableID.NotFound"),
        ("AssociateRouteTable", {"RouteTableId": BARE_TABLE, "SubnetId": SUBNET}, "Resource.AlreadyAssociated"),
        ("AssociateRouteTable", {"RouteTableId": TABLE, "SubnetId": DEFAULT_SUBNET}, "InvalidParameterValue"),
        ("AssociateRouteTable", {"RouteTableId": TABLE, "SubnetId": "subnet-9"}, "InvalidSubnetID.NotFound"),
        ("DeleteRouteTable", {"RouteTableId": TABLE}, "DependencyViolation"),
        ("AttachInternetGateway", {"InternetGatewayId": GATEWAY, "VpcId": BARE_VPC}, "Resource.AlreadyAssociated"),
        ("AttachInternetGateway", {"InternetGatewayId": LOOSE_GATEWAY, "VpcId": VPC}, "InvalidParameterValue"),
        ("DetachInternetGateway", {"InternetGatewayId": GATEWAY, "VpcId": BARE_VPC}, "Gateway.NotAttached"),
        ("DeleteInternetGateway", {"InternetGatewayId": GATEWAY}, "DependencyViolation"),
        ("DeleteInternetGateway", {"InternetGatewayId": "igw-9"}, "InvalidInternetGatewayID.NotFound"),
        ("DeleteVpc", {"VpcId": VPC}, "DependencyViolation"),
        ("CreateVpc", {"CidrBlock": "10.0.0.0/8"}, "InvalidVpc.Range"),
        ("CreateVpc", {"CidrBlock": "ten"}, "InvalidVpc.Range"),
        ("ModifySubnetAttribute", {"SubnetId": SUBNET}, "MissingParameter"),
        ("DeleteNatGateway", {"NatGatewayId": "nat-9"}, "NatGatewayNotFound"),
    ]
    for call, parameters, code in wrong:
        assert refused(story, call, **parameters) == code, (call, parameters)


def test_more_exact_routes_go_first(story: Story) -> None:
    story.call("ec2:CreateRoute", RouteTableId=TABLE, DestinationCidrBlock="198.51.100.0/24", GatewayId=GATEWAY)
    table = story.simulation.world.route_tables[TABLE]
    targets = [routing.route_to(table, address) for address in ("10.0.1.5", "198.51.100.9", "8.8.8.8")]
    assert [r.destination for r in targets if r] == ["10.0.0.0/16", "198.51.100.0/24", INTERNET]
    bare = story.simulation.world.route_tables[BARE_TABLE]
    assert routing.route_to(bare, "8.8.8.8") is None


def test_what_is_described_is_chosen_and_what_is_unknown_refused(story: Story) -> None:
    assert [v["VpcId"] for v in read(story, "DescribeVpcs", Filters=[{"Name": "is-default", "Values": ["true"]}])] == [
        DEFAULT_VPC
    ]
    gateways = read(story, "DescribeInternetGateways", Filters=[{"Name": "attachment.vpc-id", "Values": [VPC]}])
    assert [g["InternetGatewayId"] for g in gateways] == [GATEWAY]
    endpoints = read(story, "DescribeVpcEndpoints", Filters=[{"Name": "vpc-endpoint-type", "Values": ["Gateway"]}])
    assert [e["VpcEndpointId"] for e in endpoints] == [ENDPOINT]
    assert read(story, "DescribePrefixLists")[0]["PrefixListName"] == f"{SERVICE}s3"
    for call, member in (
        ("DescribeVpcs", "VpcIds"),
        ("DescribeInternetGateways", "InternetGatewayIds"),
        ("DescribeRouteTables", "RouteTableIds"),
        ("DescribeAddresses", "AllocationIds"),
        ("DescribeNatGateways", "NatGatewayIds"),
        ("DescribeVpcEndpoints", "VpcEndpointIds"),
        ("DescribeNetworkInterfaces", "NetworkInterfaceIds"),
    ):
        with pytest.raises(SimError):
            read(story, call, **{member: ["x"]})


def test_a_bare_vpc_is_deleted_with_what_aws_made_with_it(story: Story) -> None:
    story.call("ec2:DeleteVpc", VpcId=BARE_VPC)
    world = story.simulation.world
    assert BARE_VPC not in [g.vpc_id for g in world.security_groups.values()]
    assert BARE_VPC not in [t.vpc_id for t in world.route_tables.values()]
    story.call("ec2:DeleteRouteTable", RouteTableId=BARE_TABLE)
    assert BARE_TABLE not in world.route_tables


@rule("PN:N-44", "PN:N-45")
def test_who_gets_a_public_address() -> None:
    story = Story().on_fargate()
    story.call("lab:AddContainerInstances", cluster="game", instanceType="t3.medium")
    vpc = {"subnets": [DEFAULT_SUBNET]}
    for answer in ("ENABLED", "DISABLED"):
        story.call(
            "ecs:RunTask",
            cluster="game",
            taskDefinition="web",
            launchType="FARGATE",
            networkConfiguration={"awsvpcConfiguration": {**vpc, "assignPublicIp": answer}},
        )
    shown = read(story, "DescribeNetworkInterfaces")
    assert [i.get("Association", {}).get("PublicIp") for i in shown] == ["198.18.0.1", "198.18.0.2", None]
    assert shown[0]["Attachment"]["InstanceId"] == "i-0000000000000001"
    machine = read(story, "DescribeInstances")[0]["Instances"][0]
    assert machine["PublicIpAddress"] == "198.18.0.1"
    story.call("ec2:ModifySubnetAttribute", SubnetId=DEFAULT_SUBNET, MapPublicIpOnLaunch={"Value": False})
    story.call("lab:AddContainerInstances", cluster="game", instanceType="t3.medium", subnets=[DEFAULT_SUBNET])
    assert "PublicIpAddress" not in read(story, "DescribeInstances")[1]["Instances"][0]
    story.call("lab:FailInstance", instance="i-0000000000000001")
    story.until(90)
    assert [i["Attachment"]["InstanceId"] for i in read(story, "DescribeNetworkInterfaces") if "Attachment" in i] == [
        "i-0000000000000002"
    ]
