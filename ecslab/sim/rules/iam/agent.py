"""What an instance's ECS agent may do with the instance role: register, and keep its connection (IC:I-50, IC:I-51)."""

from __future__ import annotations

from ecslab.sim.rules.iam import evaluate, roles
from ecslab.sim.rules.iam.evaluate import Answer, Call
from ecslab.sim.state.container_instance import Ec2Instance
from ecslab.sim.world import World

NO_CREDENTIALS = "NoCredentialProviders: no valid providers in chain. Deprecated."


def can_register(world: World, machine: Ec2Instance, cluster_name: str) -> str | None:
    """Why the agent of a machine cannot register it, as its log says it; None when it can (IC:I-50)."""
    answer = _ask(world, machine, "ecs:RegisterContainerInstance", world.ids.arn("ecs", f"cluster/{cluster_name}"))
    if answer is None:
        return f"Error registering container instance: {NO_CREDENTIALS}"
    if answer.is_allowed:
        return None
    return f"Error registering container instance: AccessDeniedException: {answer.refusal}"


def stays_connected(world: World, machine: Ec2Instance, container_instance_arn: str) -> bool:
    """Whether the agent may ask ECS for work; without it the instance is listed and its agent disconnected (IC:I-51).

    Model choice: asked when the instance registers; what changes later reaches agents that register later.
    """
    answer = _ask(world, machine, "ecs:Poll", container_instance_arn)
    return answer is not None and answer.is_allowed


def _ask(world: World, machine: Ec2Instance, action: str, resource: str) -> Answer | None:
    role = roles.instance_role(world, machine.instance_profile)
    return evaluate.judge(world, role.arn, Call(action, resource, session=machine.id)) if role else None
