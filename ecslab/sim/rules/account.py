"""What a new account has: a default VPC with a public /20 subnet in each zone, a default security group, its roles.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc-components.html, as of 2026-11-24.
"""

from __future__ import annotations

from ecslab.sim.changes import account_changes, network_changes
from ecslab.sim.rules import vpcs
from ecslab.sim.rules.iam import roles
from ecslab.sim.state.network import Subnet, Vpc
from ecslab.sim.world import World

DEFAULT_VPC = "172.31.0.0/16"


def open_account(world: World) -> None:
    """Make the default network of the run's zones and the identity of a new account."""
    zones = [f"{world.start.region}{'abcdef'[n]}" for n in range(world.start.zone_count)]
    account_changes.zones_opened(world, zones)
    vpc = Vpc(world.ids.prefixed("vpc"), DEFAULT_VPC, is_default=True, dns_hostnames=True)
    table = vpcs.add_vpc(world, vpc)
    vpcs.add_default_way_out(world, vpc, table)
    for number, zone in enumerate(zones):
        subnet = Subnet(world.ids.prefixed("subnet"), vpc.id, f"172.31.{16 * number}.0/20", zone, is_default=True)
        network_changes.subnet_added(world, subnet)
    vpcs.add_default_group(world, vpc)
    roles.open_identity(world)
