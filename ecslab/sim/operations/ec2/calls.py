"""The simulated operations of `ec2`, written out: the call's name to the function that carries it out."""

from __future__ import annotations

from ecslab.sim.operations.ec2 import instances, networks
from ecslab.sim.operations.operation import Operation

WRITES: dict[str, Operation] = {
    "ec2:CreateSubnet": networks.create_subnet,
}

READS: dict[str, Operation] = {
    "ec2:DescribeSubnets": networks.describe_subnets,
    "ec2:DescribeVpcs": networks.describe_vpcs,
    "ec2:DescribeSecurityGroups": networks.describe_security_groups,
    "ec2:DescribeAvailabilityZones": networks.describe_availability_zones,
    "ec2:DescribeInstances": instances.describe_instances,
}
