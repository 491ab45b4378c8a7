"""The simulated operations of `ec2`, written out: the call's name to the function that carries it out."""

from __future__ import annotations

from ecslab.sim.operations.ec2 import instances, metadata, networks, security_groups
from ecslab.sim.operations.operation import Operation

WRITES: dict[str, Operation] = {
    "ec2:CreateSubnet": networks.create_subnet,
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
    "ec2:DescribeVpcs": networks.describe_vpcs,
    "ec2:DescribeSecurityGroups": security_groups.describe_security_groups,
    "ec2:DescribeSecurityGroupRules": security_groups.describe_security_group_rules,
    "ec2:DescribeAvailabilityZones": networks.describe_availability_zones,
    "ec2:DescribeInstances": instances.describe_instances,
}
