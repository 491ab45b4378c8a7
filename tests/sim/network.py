"""Networks for stories: subnets of every kind, and a valid call of each operation that builds them."""

from __future__ import annotations

from typing import Any

from tests.sim.stories import Story

DEFAULT_SUBNET, DEFAULT_GROUP = "subnet-0000000000000001", "sg-0000000000000001"
VPC, BARE_VPC = "vpc-0000000000000002", "vpc-0000000000000003"
SUBNET, BARE_SUBNET = "subnet-0000000000000004", "subnet-0000000000000005"
GATEWAY, LOOSE_GATEWAY = "igw-0000000000000002", "igw-0000000000000003"
TABLE, BARE_TABLE = "rtb-0000000000000004", "rtb-0000000000000005"
ASSOCIATION = "rtbassoc-0000000000000004"
ADDRESS, NAT, ENDPOINT = "eipalloc-0000000000000001", "nat-0000000000000001", "vpce-0000000000000001"
SERVICE = "com.amazonaws.us-east-1."


def tags(kind: str) -> list[dict[str, Any]]:
    """TagSpecifications of one tag."""
    return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": "x"}]}]


def live(story: Story) -> None:
    """What the valid calls name: one VPC with everything, and one of each thing that nothing depends on."""
    for block in ("10.0.0.0/16", "10.1.0.0/16"):
        story.call("ec2:CreateVpc", CidrBlock=block)
    for number in (0, 1):
        story.call("ec2:CreateSubnet", VpcId=VPC, CidrBlock=f"10.0.{number}.0/24")
        story.call("ec2:CreateInternetGateway")
        story.call("ec2:CreateRouteTable", VpcId=VPC)
        story.call("ec2:AllocateAddress")
    story.call("ec2:AttachInternetGateway", InternetGatewayId=GATEWAY, VpcId=VPC)
    story.call("ec2:CreateRoute", RouteTableId=TABLE, DestinationCidrBlock="0.0.0.0/0", GatewayId=GATEWAY)
    story.call("ec2:AssociateRouteTable", RouteTableId=TABLE, SubnetId=SUBNET)
    story.call("ec2:CreateNatGateway", SubnetId=DEFAULT_SUBNET, AllocationId="eipalloc-0000000000000002")
    story.call("ec2:CreateVpcEndpoint", VpcId=VPC, ServiceName=f"{SERVICE}s3", RouteTableIds=[TABLE])


VALID: list[tuple[str, dict[str, Any]]] = [
    ("ec2:CreateVpc", {"CidrBlock": "10.2.0.0/16", "TagSpecifications": tags("vpc")}),
    ("ec2:ModifyVpcAttribute", {"VpcId": VPC, "EnableDnsHostnames": {"Value": True}}),
    ("ec2:DeleteVpc", {"VpcId": BARE_VPC}),
    ("ec2:ModifySubnetAttribute", {"SubnetId": SUBNET, "MapPublicIpOnLaunch": {"Value": True}}),
    ("ec2:DeleteSubnet", {"SubnetId": BARE_SUBNET}),
    ("ec2:CreateInternetGateway", {"TagSpecifications": tags("internet-gateway")}),
    ("ec2:AttachInternetGateway", {"InternetGatewayId": LOOSE_GATEWAY, "VpcId": BARE_VPC}),
    ("ec2:DetachInternetGateway", {"InternetGatewayId": GATEWAY, "VpcId": VPC}),
    ("ec2:DeleteInternetGateway", {"InternetGatewayId": LOOSE_GATEWAY}),
    ("ec2:CreateRouteTable", {"VpcId": VPC, "TagSpecifications": tags("route-table")}),
    ("ec2:CreateRoute", {"RouteTableId": BARE_TABLE, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": GATEWAY}),
    ("ec2:ReplaceRoute", {"RouteTableId": TABLE, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": GATEWAY}),
    ("ec2:DeleteRoute", {"RouteTableId": TABLE, "DestinationCidrBlock": "0.0.0.0/0"}),
    ("ec2:AssociateRouteTable", {"RouteTableId": BARE_TABLE, "SubnetId": BARE_SUBNET}),
    ("ec2:DisassociateRouteTable", {"AssociationId": ASSOCIATION}),
    ("ec2:ReplaceRouteTableAssociation", {"AssociationId": ASSOCIATION, "RouteTableId": BARE_TABLE}),
    ("ec2:DeleteRouteTable", {"RouteTableId": BARE_TABLE}),
    ("ec2:AllocateAddress", {"TagSpecifications": tags("elastic-ip")}),
    ("ec2:ReleaseAddress", {"AllocationId": ADDRESS}),
    (
        "ec2:CreateNatGateway",
        {"SubnetId": SUBNET, "AllocationId": ADDRESS, "TagSpecifications": tags("natgateway")},
    ),
    ("ec2:DeleteNatGateway", {"NatGatewayId": NAT}),
    (
        "ec2:CreateVpcEndpoint",
        {
            "VpcId": "vpc-0000000000000001",
            "VpcEndpointType": "Interface",
            "ServiceName": f"{SERVICE}ecr.dkr",
            "SubnetIds": [DEFAULT_SUBNET],
            "SecurityGroupIds": [DEFAULT_GROUP],
            "PrivateDnsEnabled": True,
            "TagSpecifications": tags("vpc-endpoint"),
        },
    ),
    ("ec2:DeleteVpcEndpoints", {"VpcEndpointIds": [ENDPOINT]}),
]
