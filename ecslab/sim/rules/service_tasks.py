"""Starting one task of a service: where it may go, and what is said when there is no place (PN:P-50)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from ecslab.sim.changes import service_changes
from ecslab.sim.decisions import PlacementRequest
from ecslab.sim.rules import choosing, networking, providers, shares, stock, tagging
from ecslab.sim.rules.iam import roles
from ecslab.sim.rules.placement import place
from ecslab.sim.rules.service_events import say_while
from ecslab.sim.rules.tasks import launching, waiting
from ecslab.sim.state.service import Deployment, Service
from ecslab.sim.state.task import Task
from ecslab.sim.state.task_definition import PlacementConstraint
from ecslab.sim.world import World


def wishes(service: Service, deployment: Deployment, zone: str | None = None) -> choosing.Wishes:
    """What a service asks of placement for a task of one deployment, which keeps its own network (SS:D-12).

    A daemon is alone of its kind on an instance (PN:P-51).
    """
    in_zone = (PlacementConstraint("memberOf", f"attribute:ecs.availability-zone == {zone}"),) if zone else ()
    vpc = (deployment.network_configuration or {}).get("awsvpcConfiguration", {})
    subnets = tuple(vpc.get("subnets", ()))
    alone = (PlacementConstraint("distinctInstance"),) if service.is_daemon else ()
    return choosing.Wishes(
        (*alone, *service.placement_constraints, *in_zone), service.placement_strategies, subnets, is_service=True
    )


@dataclass(frozen=True, slots=True)
class Where:
    """Where a task has to go: in a zone (SS:S-63), to a provider (SS:C-55, PN:B-7), or on an instance (PN:P-51)."""

    zone: str | None = None
    provider: str | None = None
    instance: str | None = None


ANYWHERE = Where()


def start(world: World, service: Service, deployment: Deployment, attempt: int, where: Where = ANYWHERE) -> Task | None:
    """Make one task of a deployment where there is a place for it; None when there is none (PN:P-50).

    A task for a zone or an instance does not wait for new ones (PN:B-5).
    """
    definition = world.task_definitions[deployment.task_definition_arn]
    group = f"service:{service.name}"
    problem = roles.unassumable(world, definition.task_role_arn, definition.execution_role_arn)
    if problem := problem or networking.missing_part(world, deployment.network_configuration):
        _without_place(world, service, f"failed to launch a task with (error {problem}).", None)
        return None
    provider = where.provider or next_provider(world, service, deployment)
    spec = launching.TaskSpec(
        definition=definition,
        cluster_name=service.cluster_name,
        group=group,
        launch_type="FARGATE" if deployment.launch_type == "FARGATE" else "EC2",
        capacity_provider=provider,
        service_arn=service.arn,
        deployment_id=deployment.id,
        started_by=deployment.id,
        attempt=attempt,
        platform_version=deployment.platform_version,
        network_configuration=deployment.network_configuration,
        volume_configuration=deployment.volume_configuration,
        tags=tuple(tagging.of_service_task(service, definition)),
        enables_execute_command=service.enables_execute_command,
    )
    if deployment.launch_type == "FARGATE":
        asked = wishes(service, deployment).subnets
        subnets = [n for n in asked if where.zone in (None, world.subnets[n].availability_zone)]
        need = stock.need_of(definition, provider)
        subnet_id, decision = choosing.choose_subnet(world, service.cluster_name, group, subnets, need)
        if subnet_id is None:
            reason = stock.refusal(world, need, subnets)
            _without_place(world, service, f"was unable to place a task. Reason: {reason}.", decision)
            return None
        return launching.launch_on_fargate(world, spec, subnet_id, decision)
    request = replace(request_for(world, service, deployment, provider, where.zone), named=where.instance)
    if where.zone or where.instance:
        request = replace(request, waits=False)
    instance_arn, decision = choosing.choose_instance(world, request)
    if instance_arn is None and request.waits:
        if not waiting.may_wait(world, service.cluster_name):
            _without_place(world, service, waiting.PROVISIONING_LIMIT, decision)
            return None
        return launching.launch_waiting(world, spec, request, decision)
    if instance_arn is None:
        found = place.decide(world, request, lambda _stream, _n: 0)
        _without_place(world, service, place.unplaced_sentence(found), decision)
        return None
    return launching.launch_on_instance(world, spec, instance_arn, decision)


def request_for(
    world: World, service: Service, deployment: Deployment, provider: str | None, zone: str | None = None
) -> PlacementRequest:
    """What a task of a deployment needs of a container instance."""
    definition = world.task_definitions[deployment.task_definition_arn]
    asked = wishes(service, deployment, zone)
    request = choosing.request_for(definition, service.cluster_name, f"service:{service.name}", asked)
    return replace(request, capacity_provider=provider, waits=providers.scales(world, provider))


NOTHING: Counter[str] = Counter()


def next_provider(world: World, service: Service, deployment: Deployment, short: Counter[str] = NOTHING) -> str | None:
    """The provider of the next task of a deployment, None with a launch type (SS:C-54, SS:C-55).

    `short` counts the tasks that providers have just had no room for: their shares are given all the same (SS:C-57).
    Model choice: base and weights count the tasks of the deployment, so that it ends with the split that it asks for.
    """
    if not deployment.strategy:
        return None
    own = [t for t in world.tasks_of(service.arn) if t.deployment_id == deployment.id and not t.is_stopping]
    counts = Counter(t.capacity_provider or "" for t in own)
    counts.update(short)
    return shares.next_provider(deployment.strategy, counts)


def _without_place(world: World, service: Service, message: str, decision: str | None) -> None:
    """Say why no task was started: no room (PN:P-50), no role that ECS can assume (IC:I-43), a subnet that is gone."""
    if message != service.unplaced_message:
        service_changes.condition_ended(world, service, "unplaced")
    service_changes.unplaced(world, service, service.unplaced_count, message, decision)
    say_while(world, service, "unplaced", message)
