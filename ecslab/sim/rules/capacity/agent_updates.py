"""The ECS agent of an instance is brought to the newest version (IC:X-54).

Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateContainerAgent.html, as of 2026-09-11.
"""

from __future__ import annotations

from ecslab.sim.changes import instance_changes, journal
from ecslab.sim.data.tables import TIMINGS
from ecslab.sim.errors.common import InvalidParameterException, SimError
from ecslab.sim.errors.ecs import MissingVersionException, NoUpdateAvailableException, UpdateInProgressException
from ecslab.sim.rules.placement import query_values
from ecslab.sim.state.container_instance import NEWEST_AGENT, ContainerInstance
from ecslab.sim.timers import AgentUpdated
from ecslab.sim.world import World


def obstacle(instance: ContainerInstance) -> SimError | None:
    """Why an agent cannot be updated now, None when it can."""
    if instance.agent_update == "UPDATING":
        return UpdateInProgressException(
            "There's already a current Amazon ECS container agent update in progress on the container instance that's "
            "specified."
        )
    own, newest = query_values.version(instance.agent_version), query_values.version(NEWEST_AGENT)
    if own is None or newest is None:
        return MissingVersionException(
            "Amazon ECS can't determine the current version of the Amazon ECS container agent on the container "
            "instance and doesn't have enough information to proceed with an update."
        )
    if own >= newest:
        return NoUpdateAvailableException("There's no update available for this Amazon ECS container agent.")
    if not instance.agent_connected:
        return InvalidParameterException("The agent of the container instance is disconnected; it hears of no update.")
    return None


def begin(world: World, instance: ContainerInstance) -> None:
    """The update runs; tasks go on meanwhile.

    Model choice: it takes a minute, and its stages are one.
    """
    instance_changes.agent_update_moved(world, instance, "UPDATING", instance.agent_version)
    journal.timer_set(world, TIMINGS["agent_update"], AgentUpdated(instance.arn))


def updated(world: World, timer: AgentUpdated) -> None:
    """The agent is the newest one; one that lost ECS meanwhile has failed."""
    instance = world.container_instances[timer.container_instance_arn]
    if instance.status == "INACTIVE" or not instance.agent_connected:
        instance_changes.agent_update_moved(world, instance, "FAILED", instance.agent_version)
    else:
        instance_changes.agent_update_moved(world, instance, "UPDATED", NEWEST_AGENT)
