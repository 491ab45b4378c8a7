"""The quotas of the account: what AWS allows until it is asked for more (IC section Q).

A quota has AWS's own code, such as L-3032A538, and its number in the rulebook; lab:SetQuota takes either.
"""

from __future__ import annotations

import re

from ecslab.sim.data.tables import INSTANCE_TYPES, LIMITS
from ecslab.sim.world import World

CLUSTERS, INSTANCES, SERVICES, TASKS = "L-21C621EB", "L-86C34207", "L-9EF96962", "L-92E49DE3"
FARGATE, FARGATE_SPOT, EC2_VCPUS = "L-3032A538", "L-36FBB829", "L-1216C47A"
NUMBERS = {
    "Q-1": CLUSTERS,
    "Q-2": INSTANCES,
    "Q-3": SERVICES,
    "Q-4": TASKS,
    "Q-25": FARGATE,
    "Q-26": FARGATE_SPOT,
    "Q-31": EC2_VCPUS,
}
"""The quotas that can be set, by their numbers in the rulebook."""
_STANDARD = re.compile(r"[acdhimrtz]\d", re.ASCII)
"""Instance families whose On-Demand vCPUs share the quota L-1216C47A."""


def value(world: World, code: str) -> int:
    """How much of something the account may have now."""
    return world.quotas.get(code, LIMITS[f"quota.{code}"])


def exceeded(world: World, code: str, wanted: int, what: str) -> str | None:
    """What is wrong with having so much of something, None when the quota allows it."""
    most = value(world, code)
    return None if wanted <= most else f"The quota {code} allows {most} {what}, and this would make {wanted}."


def vcpus_exceeded(world: World, instance_type: str, market: str, count: int) -> str | None:
    """EC2's words when so many more instances need more vCPUs than the account may run (IC:Q-31).

    Model choice: accounts differ so much here that nothing is counted before lab:SetQuota sets the quota.
    """
    most, known = world.quotas.get(EC2_VCPUS), INSTANCE_TYPES.get(instance_type)
    if most is None or known is None or market != "on-demand" or not _STANDARD.match(instance_type):
        return None
    running = (m for m in world.ec2_instances.values() if m.state in ("pending", "running") and m.market == "on-demand")
    in_use = sum(INSTANCE_TYPES[m.instance_type].vcpus for m in running if _counts(m.instance_type))
    if in_use + count * known.vcpus <= most:
        return None
    return (
        f"You have requested more vCPU capacity than your current vCPU limit of {most} allows for the instance bucket "
        "that the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to "
        "request an adjustment to this limit."
    )


def _counts(instance_type: str) -> bool:
    return instance_type in INSTANCE_TYPES and _STANDARD.match(instance_type) is not None
