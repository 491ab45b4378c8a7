"""What a service says of its targets (SS:S-41 d to g, PN:E-23)."""

from __future__ import annotations

from ecslab.sim.changes import load_balancer_changes, service_changes
from ecslab.sim.rules.load_balancing import targets
from ecslab.sim.rules.service_events import say, say_while
from ecslab.sim.rules.tasks.health import grace_is_over
from ecslab.sim.state.load_balancer import Target, TargetGroup
from ecslab.sim.state.service import Service
from ecslab.sim.state.task import Task
from ecslab.sim.world import World


def tell_news(world: World, service: Service) -> None:
    """Say what was registered and deregistered since the scheduler looked last, once for each group (SS:S-42)."""
    news = service.target_news
    for what in ("registered", "deregistered"):
        arns = [item.target_group_arn for item in news if item.what == what]
        for arn in dict.fromkeys(arns):
            say(world, service, f"{what} {arns.count(arn)} targets in (target-group {arn})")
    gone = dict.fromkeys((item.deployment_id, item.task_arn) for item in news if item.what == "deregistered")
    deployments = [deployment for deployment, _ in gone]
    for deployment in dict.fromkeys(deployments):
        lead = f"(service {service.name}, taskSet {deployment})"
        count = deployments.count(deployment)
        service_changes.service_event(world, service, f"{lead} has begun draining connections on {count} tasks.")
    if news:
        load_balancer_changes.news_told(world, service)


def tell_unhealthy(world: World, service: Service) -> None:
    """Say of each target that fails its checks, once its task's grace period is over (PN:E-23, PN:L-42)."""
    for task in world.tasks_of(service.arn):
        if not task.is_running or not grace_is_over(world, service, task):
            continue
        for group, target in targets.targets_of(world, task):
            if target.is_failing and not target.is_told:
                say(world, service, _unhealthy(world, task, group, target))
                load_balancer_changes.target_told(world, target)


def tell_missing(world: World, service: Service) -> None:
    """Say of each target group that is gone while tasks that run are to be registered in it.

    Those tasks never count as healthy. Model choice: AWS documents no message for it, and people tell of deployments
    that stall in silence (https://github.com/aws/containers-roadmap/issues/2196); the words are those in which ECS
    tells of other registrations that fail, with what Elastic Load Balancing answers for a group that is not there.
    """
    tasks = [task for task in world.tasks_of(service.arn) if task.is_running and task.desired_status == "RUNNING"]
    users: dict[str, list[str]] = {}
    for deployment in service.deployments:
        for entry in deployment.load_balancers:
            users.setdefault(entry.target_group_arn, []).append(deployment.id)
    for arn, deployments in users.items():
        condition = f"missing {arn}"
        concerned = any(task.deployment_id in deployments and _is_outside(task, arn) for task in tasks)
        if concerned and arn not in world.target_groups:
            why = "with (error One or more target groups not found)"
            say_while(world, service, condition, f"failed to register targets in (target-group {arn}) {why}")
        else:
            service_changes.condition_ended(world, service, condition)


def _is_outside(task: Task, target_group_arn: str) -> bool:
    """Whether a task has not been registered in a target group."""
    return all(place.target_group_arn != target_group_arn for place in task.targets)


def _unhealthy(world: World, task: Task, group: TargetGroup, target: Target) -> str:
    instance = world.container_instances.get(task.container_instance_arn or "")
    where = f" (instance {instance.ec2_instance_id})" if instance else ""
    why = f"(reason {target.description})"
    return f"(task {task.id}){where} (port {target.port}) is unhealthy in {group.label} due to {why}."
