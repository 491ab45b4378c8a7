"""The counts: sums over what Describe answers that hold in every world.

They know nothing of the core: what is free is what there is minus what the listed tasks hold; an address and a host
port have one holder; a target is a task behind its group; the bill of two stretches is the bill of both.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ecslab.sim import timeline
from ecslab.sim.data.tables import INSTANCE_TYPES
from ecslab.sim.simulation import Simulation
from tests.sim.machine.opening import GROUPS
from tests.sim.machine.told import GONE, Shape, Told, details

FARGATE = ("FARGATE", "FARGATE_SPOT")
TINY = Decimal("1e-15")
"""More than the last digit of amounts whose division does not end."""


def _amounts(resources: list[Shape]) -> dict[str, int]:
    return {each["name"]: each["integerValue"] for each in resources if "integerValue" in each}


def check_instances(told: Told) -> None:
    """What is free is what no task holds, and interfaces are within what the type has."""
    for instance in told.instances:
        on = told.on(instance)
        holding = [task for task in on if task["lastStatus"] not in GONE]
        registered, remaining = (_amounts(instance[name]) for name in ("registeredResources", "remainingResources"))
        for name, member in (("CPU", "cpu"), ("MEMORY", "memory")):
            assert registered[name] - remaining[name] == sum(int(task[member]) for task in holding)
            assert 0 <= remaining[name] <= registered[name]
        if instance["status"] == "ACTIVE" and instance["agentConnected"]:
            assert instance["runningTasksCount"] == sum(1 for task in on if task["desiredStatus"] == "RUNNING")
        kind = next(a["value"] for a in instance["attributes"] if a["name"] == "ecs.instance-type")
        with_one = [task for task in on if details(task) and task["lastStatus"] != "STOPPED"]
        assert len(with_one) <= INSTANCE_TYPES[kind].max_enis - 1


def check_ports(told: Told) -> None:
    """A host port has one holder."""
    held: set[tuple[str, str, int]] = set()
    for task in told.tasks:
        if task["lastStatus"] != "RUNNING" or "containerInstanceArn" not in task or details(task):
            continue
        for container in task["containers"]:
            for binding in container.get("networkBindings") or []:
                key = (task["containerInstanceArn"], binding["protocol"], binding["hostPort"])
                assert key not in held
                held.add(key)


def check_addresses(told: Told) -> None:
    """An address has one holder: a task, an instance, a NAT gateway or a node of a load balancer."""
    holders: dict[str, list[str]] = {subnet["SubnetId"]: [] for subnet in told.subnets}
    for interface in told.interfaces:
        holders[interface["SubnetId"]].append(interface["PrivateIpAddress"])
    for subnet in told.subnets:
        addresses = holders[subnet["SubnetId"]]
        assert len(set(addresses)) == len(addresses)
        size = 2 ** (32 - int(subnet["CidrBlock"].rpartition("/")[2])) - 5
        assert subnet["AvailableIpAddressCount"] == size - len(addresses)
    of_tasks = [details(task) for task in told.tasks]
    known = [
        *(d["privateIPv4Address"] for d in of_tasks if d and d["status"] != "DELETED" and "privateIPv4Address" in d),
        *(m["PrivateIpAddress"] for m in told.machines if m["State"]["Name"] != "terminated"),
        *(
            address["PrivateIp"]
            for gateway in told.gateways
            for address in gateway["NatGatewayAddresses"]
            if "PrivateIp" in address
        ),
    ]
    nodes = sum(len(balancer["AvailabilityZones"]) for balancer in told.balancers)
    every = [address for addresses in holders.values() for address in addresses]
    assert set(known) <= set(every)
    assert len(every) == len(known) + nodes


def check_targets(told: Told, deregistered: set[str]) -> None:
    """Behind a group is what runs: each task of its services once, each target a task that is there or draining."""
    instances = {i["containerInstanceArn"]: i["ec2InstanceId"] for i in told.instances}
    for name in GROUPS:
        services = told.behind(name)
        registered = {(t["Target"]["Id"], t["Target"]["Port"]): t["TargetHealth"]["State"] for t in told.targets[name]}
        assert len(registered) == len(told.targets[name])
        staying = {place for place, state in registered.items() if state != "draining"}
        up: list[tuple[str, int]] = []
        for task in told.tasks:
            place = _place(task, instances)
            if task["group"] not in services or place is None or place[0] in deregistered:
                continue
            if task["lastStatus"] in ("ACTIVATING", "RUNNING") and task["desiredStatus"] == "RUNNING":
                up.append(place)
                assert task["lastStatus"] == "ACTIVATING" or place in registered, (name, place)
        assert len(set(up)) == len(up)
        known = {place for place in staying if place[0] not in deregistered}
        assert known <= set(up), (name, known - set(up))


def _place(task: Shape, instances: dict[str, str]) -> tuple[str, int] | None:
    """Where the container `web` of a task is reached."""
    address = details(task).get("privateIPv4Address")
    if address:
        return address, 80
    web = next(container for container in task["containers"] if container["name"] == "web")
    host = instances.get(task.get("containerInstanceArn", ""))
    bindings = web.get("networkBindings") or []
    return (host, bindings[0]["hostPort"]) if host and bindings else None


def fargate_units(told: Told) -> dict[str, int]:
    """CPU units in use on Fargate and on Fargate Spot."""
    units = dict.fromkeys(FARGATE, 0)
    for task in told.tasks:
        if task.get("launchType") == "FARGATE" and task["lastStatus"] != "STOPPED":
            units[task.get("capacityProviderName", "FARGATE")] += int(task["cpu"])
    return units


def check_fargate(told: Told, before: dict[str, int], quotas: dict[str, int]) -> None:
    """No more vCPUs run on Fargate than the quota has, or than ran already."""
    for provider, units in fargate_units(told).items():
        assert units <= max(quotas[provider] * 1024, before[provider])


def check_providers(told: Told) -> None:
    """A task of a capacity provider is on an instance of it, or on Fargate."""
    owners = {i["containerInstanceArn"]: i.get("capacityProviderName") for i in told.instances}
    for task in told.tasks:
        provider, instance = task.get("capacityProviderName"), task.get("containerInstanceArn")
        if instance is None:
            assert provider in FARGATE or task.get("launchType") == "FARGATE" or task["lastStatus"] in _WITHOUT
        else:
            assert provider not in FARGATE
            if provider is not None and instance in owners:
                assert owners[instance] == provider


_WITHOUT = ("PROVISIONING", *GONE)


def check_groups(told: Told) -> None:
    """A group wants what its bounds allow, and has no more than a tenth above them (SS:C-4)."""
    for group in told.groups:
        staying = [i for i in group["Instances"] if not i["LifecycleState"].startswith("Terminating")]
        most = group["MaxSize"]
        assert group["MinSize"] <= group["DesiredCapacity"] <= most
        assert len(staying) <= most + max(1, most // 10), group["AutoScalingGroupName"]


def check_desired(told: Told, before: dict[str, int]) -> None:
    """A desired count that changed while nobody called is one that scaling chose, within its bounds."""
    bounds = {t["ResourceId"].rpartition("/")[2]: (t["MinCapacity"], t["MaxCapacity"]) for t in told.scalable}
    for service in told.services:
        name, desired = service["serviceName"], service["desiredCount"]
        assert desired >= 0
        assert service["runningCount"] >= 0
        assert service["pendingCount"] >= 0
        if service["schedulingStrategy"] == "DAEMON" or desired == before.get(name, desired):
            continue
        assert bounds[name][0] <= desired <= bounds[name][1], name


def check_bill(simulation: Simulation, charged: Decimal) -> Decimal:
    """The bills of two stretches make that of both, and no bill falls; what everything cost until now."""
    now = simulation.world.now_ms // 1000
    middle = now // 2
    whole, first, second = (_bill(simulation, begin, end) for begin, end in ((0, now), (0, middle), (middle, now)))
    nothing = (Decimal(0), 0)
    assert whole.keys() == first.keys() | second.keys()
    for key, (amount, seconds) in whole.items():
        early, late = first.get(key, nothing), second.get(key, nothing)
        assert abs(early[0] + late[0] - amount) < TINY, key
        assert early[1] + late[1] == seconds >= 0, key
        assert min(early[0], late[0]) >= 0, key
    total = sum((amount for amount, _ in whole.values()), Decimal(0))
    assert total >= charged
    return total


def _bill(simulation: Simulation, begin: int, end: int) -> dict[tuple[str, str], tuple[Decimal, int]]:
    """The amount and the seconds of each resource and item in a stretch."""
    cost: dict[str, Any] = timeline.get_cost(simulation.world, {"from": begin, "to": end})
    assert Decimal(cost["total"]) == sum((Decimal(line["amount"]) for line in cost["lines"]), Decimal(0))
    return {
        (line["resource"], line["item"]): (Decimal(line["amount"]), line["billedSeconds"] or 0)
        for line in cost["lines"]
    }
