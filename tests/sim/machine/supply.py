"""Calls about what tasks run on: machines, groups, capacity providers, addresses, quotas, and faults of all of them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as some
from hypothesis.stateful import rule

from tests.sim.machine.account import Account
from tests.sim.machine.opening import GAME, PROVIDERS, ZONES

NUMBER = some.integers(0, 9)
ZONE = some.sampled_from((*ZONES, "us-east-1z"))
QUOTAS = {"FARGATE": "L-3032A538", "FARGATE_SPOT": "L-36FBB829", "EC2": "L-1216C47A", "none": "L-0"}
"""AWS's codes of the quotas of vCPUs."""
SUPPLIES = ("FARGATE", "FARGATE_SPOT", "t3.small", "t3.medium")


class Supply(Account):
    """Rules about machines, and about what breaks or runs short."""

    @rule(kind=some.sampled_from(["t3.micro", "c5.large", "none"]), count=some.integers(0, 2), zone=some.integers(0, 3))
    def add_instances(self, kind: str, count: int, zone: int) -> None:
        place: dict[str, Any] = {"zones": [ZONES[zone]]} if zone < len(ZONES) else {"subnets": self.subnets[-1:]}
        self.call("lab:AddContainerInstances", cluster=GAME, instanceType=kind, count=count, **place)

    @rule(number=some.integers(0, 1), desired=some.integers(0, 4))
    def resize_group(self, number: int, desired: int) -> None:
        name = self.nth(self.simulation.world.auto_scaling_groups, number)
        self.call("autoscaling:SetDesiredCapacity", AutoScalingGroupName=name, DesiredCapacity=desired)

    @rule(number=some.integers(0, 1), least=some.integers(0, 2), most=some.integers(0, 4))
    def bound_group(self, number: int, least: int, most: int) -> None:
        name = self.nth(self.simulation.world.auto_scaling_groups, number)
        self.call("autoscaling:UpdateAutoScalingGroup", AutoScalingGroupName=name, MinSize=least, MaxSize=most)

    @rule(
        name=some.sampled_from((*PROVIDERS, "FARGATE")),
        scales=some.booleans(),
        percent=some.sampled_from([0, 50, 90, 100]),
        drains=some.booleans(),
    )
    def change_provider(self, name: str, scales: bool, percent: int, drains: bool) -> None:
        managed = {"status": "ENABLED" if scales else "DISABLED", "targetCapacity": percent}
        given = {"managedScaling": managed, "managedDraining": "ENABLED" if drains else "DISABLED"}
        self.call("ecs:UpdateCapacityProvider", name=name, autoScalingGroupProvider=given)

    @rule(number=NUMBER, status=some.sampled_from(["DRAINING", "ACTIVE"]))
    def drain(self, number: int, status: str) -> None:
        instance = self.nth(self.simulation.world.container_instances, number) or "none"
        self.call("ecs:UpdateContainerInstancesState", cluster=GAME, containerInstances=[instance], status=status)

    @rule(number=NUMBER, shrink=some.booleans())
    def terminate(self, number: int, shrink: bool) -> None:
        name = self.nth_machine(number)
        members = {"InstanceId": name, "ShouldDecrementDesiredCapacity": shrink}
        self.call("autoscaling:TerminateInstanceInAutoScalingGroup", **members)

    @rule(number=NUMBER, call=some.sampled_from(["StartInstances", "StopInstances", "TerminateInstances"]))
    def change_machine(self, number: int, call: str) -> None:
        self.call(f"ec2:{call}", InstanceIds=[self.nth_machine(number)])

    @rule(number=NUMBER, fault=some.sampled_from(["Fail", "Fail", "Recover"]))
    def fail_instance(self, number: int, fault: str) -> None:
        self.call(f"lab:{fault}Instance", instance=self.nth_machine(number))

    @rule(number=NUMBER, fault=some.sampled_from(["Disconnect", "Reconnect"]))
    def lose_agent(self, number: int, fault: str) -> None:
        self.call(f"lab:{fault}Agent", instance=self.nth_machine(number))

    @rule(number=some.integers(0, 30))
    def interrupt_task(self, number: int) -> None:
        spot = [t.arn for t in self.simulation.world.tasks.values() if t.capacity_provider == "FARGATE_SPOT"]
        self.call("lab:InterruptSpot", task=self.nth(spot, number) or self.nth_task(number))

    @rule(number=NUMBER)
    def interrupt_instance(self, number: int) -> None:
        spot = [m.id for m in self.simulation.world.ec2_instances.values() if m.market == "spot"]
        self.call("lab:InterruptSpot", instance=self.nth(spot, number) or self.nth_machine(number))

    @rule(zone=ZONE, fault=some.sampled_from(["Fail", "Recover", "Recover"]))
    def lose_zone(self, zone: str, fault: str) -> None:
        self.call(f"lab:{fault}Zone", zone=zone)

    @rule(what=some.sampled_from(list(QUOTAS)), value=some.sampled_from([-1, 0, 1, 2, 6, 100]))
    def set_quota(self, what: str, value: int) -> None:
        if self.call("lab:SetQuota", code=QUOTAS[what], value=value):
            self.quotas[what] = value

    @rule(
        what=some.sampled_from(SUPPLIES),
        zone=some.one_of(some.none(), ZONE),
        available=some.sampled_from([None, None, 0, 1, 2]),
    )
    def limit_capacity(self, what: str, zone: str | None, available: int | None) -> None:
        named = {"capacityProvider" if what.startswith("FARGATE") else "instanceType": what}
        place = {"zone": zone} if zone else {}
        left = {} if available is None else {"available": available}
        self.call("lab:LimitCapacity", **named, **place, **left)

    @rule(subnet=some.integers(0, 4))
    def add_gateway(self, subnet: int) -> None:
        place = (self.subnets[-1:] * 2 + self.subnets)[subnet]
        self.call("ec2:CreateNatGateway", SubnetId=place, ConnectivityType="private")

    @rule(number=NUMBER)
    def delete_gateway(self, number: int) -> None:
        name = self.nth(self.simulation.world.nat_gateways, number) or "nat-0000000000000999"
        self.call("ec2:DeleteNatGateway", NatGatewayId=name)
