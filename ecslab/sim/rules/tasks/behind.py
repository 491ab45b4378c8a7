"""Tasks behind load balancers: registered when they have started, judged by their targets (PN:L-6, PN:L-41 to L-43).

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-load-balancing.html, as of 2026-11-24.
"""

from __future__ import annotations

from collections.abc import Iterable

from ecslab.sim.rules.load_balancing import probing, reaching, targets
from ecslab.sim.rules.tasks.health import verdict_told
from ecslab.sim.rules.tasks.looking import deployment_of
from ecslab.sim.rules.tasks.stopping import begin_stopping
from ecslab.sim.state.load_balancer import Target, TargetGroup
from ecslab.sim.state.task import Container, Task
from ecslab.sim.timers import TargetDrained, TargetProbed, TargetTimedOut
from ecslab.sim.world import World


def put_behind(world: World, task: Task) -> None:
    """Register a task whose containers have started, as its last step before RUNNING (PN:L-6)."""
    for service, deployment in deployment_of(world, task):
        targets.register_task(world, service, deployment, task)


def probed(world: World, timer: TargetProbed) -> None:
    """A load balancer probes a target."""
    _told(world, probing.probed(world, timer))


def timed_out(world: World, timer: TargetTimedOut) -> None:
    """A probe had no answer in time."""
    _told(world, probing.timed_out(world, timer))


def _told(world: World, target: Target | None) -> None:
    if target is not None:
        targets_changed(world, [target])


def targets_changed(world: World, changed: Iterable[Target]) -> None:
    """The tasks of targets whose state changed are judged anew (SS:D-6)."""
    for target in changed:
        task = world.tasks.get(target.task_arn or "")
        if task is not None and task.is_running:
            verdict_told(world, task)


def group_changed(world: World, group: TargetGroup) -> None:
    """A listener took a target group up or left it, or zones were enabled or disabled (PN:L-7)."""
    targets_changed(world, probing.refresh(world, group))


def drained(world: World, timer: TargetDrained) -> None:
    """A target is gone: its task waits no longer for it, and its address may be registered again (PN:L-43, PN:L-45)."""
    target = targets.drained(world, timer)
    if target is None:
        return
    let_go(world, [target])
    vpc_id = world.target_groups[timer.target_group_arn].vpc_id
    interface = world.network_interfaces.get(reaching.holder_of(world, vpc_id, target.id) or "")
    waiting = world.tasks.get(interface.owner) if interface else None
    if waiting is not None and waiting.is_running:
        put_behind(world, waiting)


def let_go(world: World, gone: Iterable[Target]) -> None:
    """Targets are registered no longer: tasks that only waited for them get the stop signal (PN:L-43)."""
    for target in gone:
        task = world.tasks.get(target.task_arn or "")
        if task is not None and task.last_status == "DEACTIVATING" and not targets.targets_of(world, task):
            begin_stopping(world, task)


def listening_changed(world: World, task: Task, container: Container) -> None:
    """A container began or ceased to listen on its ports: targets there may answer otherwise now."""
    instance = world.container_instances.get(task.container_instance_arn or "")
    id_ = task.private_address or (instance.ec2_instance_id if instance else None)
    if world.target_groups and id_ is not None:
        probing.look_again_at(world, id_, [binding.host_port for binding in container.network_bindings])
