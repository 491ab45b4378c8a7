"""The simulated operations of `ec2`, written out: the call's name to the function that carries it out."""

from __future__ import annotations

from ecslab.sim.operations.ec2 import (
    endpoints,
    instances,
    interfaces,
    metadata,
    nat,
    networks,
    routes,
    security_groups,
    vpcs,
)
from ecslab.sim.operations.operation import Operation

WRITES: dict[str, Operation] = {
    "ec2:CreateVpc": vpcs.create_vpc,
    "ec2:ModifyVpcAttribute": vpcs.modify_vpc_attribute,
    "ec2:DeleteVpc": vpcs.delete_vpc,
    "ec2:CreateSubnet": networks.create_subnet,
    "ec2:ModifySubnetAttribute": networks.modify_subnet_attribute,
    "ec2:DeleteSubnet": networks.delete_subnet,
    "ec2:CreateInternetGateway": routes.create_internet_gateway,
    "ec2:AttachInternetGateway": routes.attach_internet_gateway,
    "ec2:DetachInternetGateway": routes.detach_internet_gateway,
    "ec2:DeleteInternetGateway": routes.delete_internet_gateway,
    "ec2:CreateRouteTable": routes.create_route_table,
    "ec2:CreateRoute": routes.create_route,
    "ec2:ReplaceRoute": routes.replace_route,
    "ec2:DeleteRoute": routes.delete_route,
    "ec2:AssociateRouteTable": routes.associate_route_table,
    "ec2:DisassociateRouteTable": routes.disassociate_route_table,
    "ec2:ReplaceRouteTableAssociation": routes.replace_route_table_association,
    "ec2:DeleteRouteTable": routes.delete_route_table,
    "ec2:AllocateAddress": nat.allocate_address,
    "ec2:ReleaseAddress": nat.release_address,
    "ec2:CreateNatGateway": nat.create_nat_gateway,
    "ec2:DeleteNatGateway": nat.delete_nat_gateway,
    "ec2:CreateVpcEndpoint": endpoints.create_vpc_endpoint,
    "ec2:DeleteVpcEndpoints": endpoints.delete_vpc_endpoints,
    "ec2:CreateSecurityGroup": security_groups.create_security_group,
    "ec2:AuthorizeSecurityGroupIngress": security_groups.authorize_ingress,
    "ec2:AuthorizeSecurityGroupEgress": security_groups.authorize_egress,
    "ec2:RevokeSecurityGroupIngress": security_groups.revoke_ingress,
    "ec2:RevokeSecurityGroupEgress": security_groups.revoke_egress,
    "ec2:DeleteSecurityGroup": security_groups.delete_security_group,
    "ec2:ModifyInstanceMetadataOptions": metadata.modify_instance_metadata_options,
}

READS: dict[str, Operation] = {
    "ec2:DescribeSubnets": networks.describe_subnets,
    "ec2:DescribeVpcs": vpcs.describe_vpcs,
    "ec2:DescribeVpcAttribute": vpcs.describe_vpc_attribute,
    "ec2:DescribeInternetGateways": routes.describe_internet_gateways,
    "ec2:DescribeRouteTables": routes.describe_route_tables,
    "ec2:DescribeAddresses": nat.describe_addresses,
    "ec2:DescribeNatGateways": nat.describe_nat_gateways,
    "ec2:DescribeVpcEndpoints": endpoints.describe_vpc_endpoints,
    "ec2:DescribePrefixLists": endpoints.describe_prefix_lists,
    "ec2:DescribeNetworkInterfaces": interfaces.describe_network_interfaces,
    "ec2:DescribeSecurityGroups": security_groups.describe_security_groups,
    "ec2:DescribeSecurityGroupRules": security_groups.describe_security_group_rules,
    "ec2:DescribeAvailabilityZones": networks.describe_availability_zones,
    "ec2:DescribeInstances": instances.describe_instances,
}
