"""The AWS calls that the program in a container makes: what comes of them, told when it changes (IC:I-40 to IC:I-42).

Nothing ticks: a call is judged when its container starts, and at its next turn after something changed who may do what.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ecslab.sim.changes import journal, program_changes
from ecslab.sim.rules.iam import evaluate, identities
from ecslab.sim.rules.iam.evaluate import Answer, Call
from ecslab.sim.rules.iam.identities import Identity
from ecslab.sim.state.image import Image
from ecslab.sim.state.task import Container, ProgramCall, Task
from ecslab.sim.timers import ProgramCalls
from ecslab.sim.world import World

NO_CREDENTIALS = "Unable to locate credentials"
"""What the SDK in a program says (IC:I-40)."""
_SAYS_ACCESS_DENIED = ("s3", "iam", "sts", "sns", "sqs", "cloudwatch")


def outcome(world: World, who: Identity, call: Call) -> Answer:
    """What comes of a call with some credentials: IAM's answer, `noCredentials`, or `unknown` for static keys."""
    if who.role_arn is None:
        decision = "unknown" if who.source == "environment" else "noCredentials"
        return Answer(decision, call.action, call.resource, "")
    asked = Call(call.action, call.resource, call.context, call.resource_policy, who.session)
    return evaluate.judge(world, who.role_arn, asked)


def sentence(answer: Answer) -> str | None:
    """What the program is told when its call fails, None when it does not."""
    if answer.decision == "noCredentials":
        return NO_CREDENTIALS
    return answer.refusal if answer.decision in ("implicitDeny", "explicitDeny") else None


def begin(world: World, task: Task, container: Container, image: Image) -> None:
    """A container starts: its image's calls are its own from now on, and the first of each is made at once."""
    if not image.calls:
        return
    calls = [ProgramCall(c.action, c.resource, c.every_ms) for c in image.calls]
    program_changes.calls_begun(world, container, calls)
    _make(world, task, container)


def _make(world: World, task: Task, container: Container) -> None:
    """Make each call and tell the results that are new."""
    who = identities.program(world, task, container.name)
    for call in container.calls:
        answer = outcome(world, who, Call(call.action, call.resource))
        if _result(answer) != call.result:
            told = {"error": _code(answer), "message": sentence(answer), "decision": answer.decision}
            told["principal"] = answer.principal
            program_changes.call_answered(world, task, container, call, told)


def _result(answer: Answer) -> str:
    return f"{answer.decision} {answer.principal}"


def _code(answer: Answer) -> str | None:
    if answer.decision == "noCredentials":
        return "NoCredentials"
    if sentence(answer) is None:
        return None
    service = answer.action.partition(":")[0]
    return "AccessDenied" if service in _SAYS_ACCESS_DENIED else "AccessDeniedException"


def permissions_changed(world: World) -> None:
    """Somebody may do more or less than before: calls whose answer is another one are made at their next turn."""
    for task in world.tasks.values():
        if task.desired_status == "STOPPED":
            continue
        for container in task.containers:
            if container.last_status == "RUNNING" and container.calls and _has_changed(world, task, container):
                journal.timer_set(world, _next_turn_ms(world, container), ProgramCalls(task.arn, container.name))


def _has_changed(world: World, task: Task, container: Container) -> bool:
    who = identities.program(world, task, container.name)
    return any(_result(outcome(world, who, Call(c.action, c.resource))) != c.result for c in container.calls)


def _next_turn_ms(world: World, container: Container) -> int:
    """How long until the first call of a container comes round again."""
    since = world.now_ms - (container.started_at_ms or 0)
    return min(c.every_ms - since % c.every_ms for c in container.calls)


def calls_due(world: World, timer: ProgramCalls) -> None:
    """The program makes its calls again, if it still runs."""
    task = world.tasks.get(timer.task_arn)
    if task is None:
        return
    container = next(c for c in task.containers if c.name == timer.container)
    host = identities.host_of(world, task)
    if container.last_status == "RUNNING" and (host is None or host.agent_connected):
        _make(world, task, container)


def also_reachable(world: World, task: Task, container: str, call: Call) -> Sequence[Mapping[str, str | None]]:
    """What a program could get by asking on purpose, with the answer it would have then (IC:I-37)."""
    return [
        {
            "source": other.source,
            "via": other.via,
            "roleArn": other.role_arn,
            "decision": outcome(world, other, call).decision,
        }
        for other in identities.also_reachable(world, task, container)
    ]
