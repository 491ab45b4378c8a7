"""Start and commands: the world at any moment, what happened until then, and why (time travel by replay).

`lab:ExplainPlacement`, `lab:ExplainDeployment`, `lab:GetTimeline`, `lab:GetUtilization` and `lab:GetCost` are answered
here, because they need the past.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ecslab.sim import events
from ecslab.sim.command import Command
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.operations import reading
from ecslab.sim.operations.ecs import strategies
from ecslab.sim.operations.moments import milliseconds
from ecslab.sim.operations.registry import EXPLAINED
from ecslab.sim.rules import billing, capacity_units, choosing, meters, service_tasks, shares, stock, utilization
from ecslab.sim.rules.deployments import explain as deployments
from ecslab.sim.rules.placement import constraints, explain, fargate, place, victims
from ecslab.sim.simulation import Outcome, Rejection, Simulation
from ecslab.sim.state.service import Service
from ecslab.sim.state.task import Task
from ecslab.sim.state.usage import Run
from ecslab.sim.world import JournalEntry, Start, World

MAX_ENTRIES = 10_000


class Timeline:
    """One run that can be looked at anywhere; moving forward is cheap, backward replays from the start."""

    def __init__(self, start: Start, commands: Sequence[Command]) -> None:
        self.start = start
        self.commands = list(commands)
        self._simulation = Simulation.begin(start)
        self._applied = 0

    def append(self, command: Command) -> Outcome | Rejection:
        """Apply one more command at the end of the log."""
        simulation = self._reach(command.at_ms, settled=False)
        outcome = simulation.apply(command)
        self.commands.append(command)
        self._applied = len(self.commands)
        return outcome

    def at(self, at_ms: int) -> Simulation:
        """The run with everything due at a moment done; look, do not change."""
        return self._reach(at_ms, settled=True)

    def _reach(self, at_ms: int, *, settled: bool) -> Simulation:
        if at_ms < self._simulation.world.now_ms or (settled and self._missed(at_ms)):
            self._simulation, self._applied = Simulation.begin(self.start), 0
        while self._applied < len(self.commands) and self.commands[self._applied].at_ms <= at_ms:
            self._simulation.apply(self.commands[self._applied])
            self._applied += 1
        if settled:
            self._simulation.run_until(at_ms)
        return self._simulation

    def _missed(self, at_ms: int) -> bool:
        """Whether the run has passed a command that it should have applied."""
        pending = self.commands[self._applied :]
        return bool(pending) and pending[0].at_ms <= min(at_ms, self._simulation.world.now_ms - 1)

    def journal_until(self, at_ms: int) -> list[JournalEntry]:
        """What happened until a moment, oldest first."""
        return [entry for entry in self.at(at_ms).world.history() if entry.at_ms <= at_ms]

    def explain(self, decision_id: str) -> dict[str, Any]:
        """One decision with every candidate, by replaying to it; InvalidParameterException when there is none."""
        simulation = Simulation.begin(self.start)
        simulation.world.watched_decision = decision_id
        horizon = self._simulation.world.now_ms
        for command in self.commands:
            if command.at_ms > horizon or simulation.world.seen_decision:
                break
            simulation.apply(command)
        if simulation.world.seen_decision is None:
            simulation.run_until(horizon)
        if simulation.world.seen_decision is None:
            raise InvalidParameterException(f"There is no decision {decision_id}.")
        return simulation.world.seen_decision

    def read(self, at_ms: int, service: str, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """A read-only call at a moment. Raises SimError."""
        simulation = self.at(at_ms)
        if f"{service}:{operation}" in EXPLAINED:
            return explained(simulation.world, operation, parameters, lambda _task, decision: self.explain(decision))
        return simulation.read(service, operation, parameters)


Replay = Callable[[Task, str], dict[str, Any]]
"""How a past decision about a task is seen again: by its id, with every candidate."""


def explained(world: World, operation: str, parameters: Mapping[str, Any], replay: Replay) -> dict[str, Any]:
    """The answer of one of the reads that need the past. Raises SimError."""
    if operation == "ExplainPlacement":
        return _explain_placement(world, parameters, replay)
    answers = {
        "ExplainDeployment": explain_deployment,
        "GetTimeline": get_timeline,
        "GetCost": get_cost,
        "GetUtilization": get_utilization,
    }
    return answers[operation](world, parameters)


def _explain_placement(world: World, parameters: Mapping[str, Any], replay: Replay) -> dict[str, Any]:
    if "task" in parameters:
        task = find_task(world, str(parameters["task"]))
        decision = task.stop_decision if parameters.get("which") == "stop" else task.placement_decision
        if decision is None:
            raise InvalidParameterException(f"Task {task.id} has not been told to stop.")
        return {**replay(task, decision), "task": task.arn}
    if "service" in parameters:
        cluster = world.cluster(parameters.get("cluster") or _cluster_of(str(parameters["service"])))
        service = world.service(cluster, str(parameters["service"]))
        return (next_stop if parameters.get("which") == "stop" else next_placement)(world, service)
    if "taskDefinition" in parameters and parameters.get("which") == "stop":
        raise InvalidParameterException("which is stop; a task definition has no tasks to stop: name a service.")
    if "taskDefinition" in parameters:
        return would_be_placed(world, parameters)
    raise InvalidParameterException("ExplainPlacement needs one of task, service and taskDefinition.")


def _cluster_of(reference: str) -> str | None:
    """The cluster that a service's ARN names."""
    parts = reference.split("/")
    return parts[-2] if len(parts) > 2 else None


def find_task(world: World, reference: str) -> Task:
    """A task of any cluster by id or ARN."""
    for task in world.tasks.values():
        if reference in (task.arn, task.id):
            return task
    raise InvalidParameterException("The referenced task was not found.")


def next_placement(world: World, service: Service) -> dict[str, Any]:
    """Where the next task of a service would go now."""
    group = f"service:{service.name}"
    wishes = service_tasks.wishes(service, service.primary)
    if service.launch_type == "FARGATE":
        definition = world.task_definitions[service.primary.task_definition_arn]
        need = stock.need_of(definition, service_tasks.next_provider(world, service, service.primary))
        decision = fargate.decide_subnet(world, service.cluster_name, group, wishes.subnets, need)
        return explain.response(world, decision, None)
    provider = service_tasks.next_provider(world, service, service.primary)
    request = service_tasks.request_for(world, service, service.primary, provider)
    return explain.response(world, place.decide(world, request, _first), None, is_foreseen=True)


def next_stop(world: World, service: Service) -> dict[str, Any]:
    """Which task of a service a scale-in by one would stop now (PN section K)."""
    tasks = [task for task in world.tasks_of(service.arn) if not task.is_stopping]
    if not tasks:
        raise InvalidParameterException(f"(service {service.name}) has no task that could be stopped now.")
    return explain.response(world, victims.decide_stop(world, service, tasks, _first), None, is_foreseen=True)


def would_be_placed(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Where a task of a revision would go now, with the placement members of a call."""
    cluster = world.cluster(parameters.get("cluster"))
    definition = world.task_definition(str(parameters["taskDefinition"]))
    kind, strategy = strategies.capacity(world, cluster, parameters, definition)
    reading.no_placement_on_fargate(parameters, kind)
    vpc = (reading.network(world, parameters, definition, kind) or {}).get("awsvpcConfiguration", {})
    group = str(parameters.get("group") or f"family:{definition.family}")
    if kind == "FARGATE":
        need = stock.need_of(definition, shares.next_provider(strategy, {}) if strategy else None)
        return explain.response(world, fargate.decide_subnet(world, cluster.name, group, vpc["subnets"], need), None)
    wishes = choosing.Wishes(
        reading.constraints(parameters), reading.strategies(parameters), tuple(vpc.get("subnets", ()))
    )
    constraints.check_constraints((*definition.placement_constraints, *wishes.constraints))
    constraints.check_strategies(wishes.strategies)
    request = choosing.request_for(definition, cluster.name, group, wishes)
    if strategy:
        request = replace(request, capacity_provider=shares.next_provider(strategy, {}))
    return explain.response(world, place.decide(world, request, _first), None, is_foreseen=True)


def _first(_stream: str, _n: int) -> int:
    return 0


def explain_deployment(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The newest deployment of a service: its sums now, and each step it took (lab-responses section 5)."""
    cluster = world.cluster(parameters.get("cluster") or _cluster_of(str(parameters["service"])))
    return deployments.response(world, world.service(cluster, str(parameters["service"])))


def get_timeline(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What happened between two moments, oldest first, 10,000 entries or one whole moment (lab-responses section 8)."""
    begin, end = _stretch(world, parameters)
    kinds = parameters.get("kinds") or events.KINDS
    for kind in kinds:
        if kind not in events.KINDS:
            raise InvalidParameterException(f"kinds holds {kind!r}; the kinds are {', '.join(events.KINDS)}.")
    told = [
        events.timeline_entry(number, entry)
        for number, entry in enumerate(world.history(), 1)
        if begin <= entry.at_ms <= end
    ]
    entries = [entry for entry in told if entry and entry["kind"] in kinds]
    page = _first_page(entries)
    return {
        "from": events.seconds(begin),
        "to": events.seconds(end),
        "truncated": len(page) < len(entries),
        "nextFrom": entries[len(page)]["at"] if len(page) < len(entries) else None,
        "entries": page,
    }


def _stretch(world: World, parameters: Mapping[str, Any]) -> tuple[int, int]:
    """The moments `from` and `to` of a request: the whole run until now where nothing is said."""
    begin = milliseconds(parameters.get("from", 0), "from")
    end = milliseconds(parameters["to"], "to") if "to" in parameters else world.now_ms
    if end > world.now_ms:
        raise InvalidParameterException("to is later than now; leave it out to see everything until now.")
    if begin > end:
        raise InvalidParameterException("from is later than to; the stretch must begin before it ends.")
    return begin, end


def get_utilization(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What was reserved and used of a cluster, service, task, instance or subnet (lab-responses section 7)."""
    begin, end = _stretch(world, parameters)
    period = int(parameters.get("period", 60)) * 1000
    if period < 1000:
        raise InvalidParameterException("period needs to be 1 or more seconds.")
    of = utilization.subject(world, str(parameters["of"]))
    return {
        "of": {"kind": of.kind, "id": of.id, "name": of.name},
        "from": events.seconds(begin),
        "to": events.seconds(end),
        "period": period // 1000,
        "points": utilization.points(world, of, begin, end, period),
    }


def get_cost(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What everything cost between two moments: integer usage and exact money (lab-responses section 1)."""
    begin, end = _stretch(world, parameters)
    by = reading.one_of(parameters, "by", ("service", "task", "capacity", "resource"), "service")
    clusters = {i.ec2_instance_id: i.cluster_name for i in world.container_instances.values()}
    runs = [_in_cluster(run, clusters) for run in meters.runs(world.history())]
    answer = billing.response(runs, begin, end, by, capacity_units.lines(world, runs, begin, end))
    return {"from": events.seconds(begin), "to": events.seconds(end), **answer}


def _in_cluster(run: Run, clusters: Mapping[str, str]) -> Run:
    """A run with the cluster that its machine is registered to."""
    cluster = clusters.get(f"i-{run.meter.resource.partition('-')[2]}")
    if run.meter.owner.cluster is not None or cluster is None:
        return run
    return replace(run, meter=replace(run.meter, owner=replace(run.meter.owner, cluster=cluster)))


def _first_page(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entries of one answer, cut between two moments, so that `nextFrom` neither repeats nor misses any.

    A moment is never divided: where the first alone has more entries than an answer, the answer is longer.
    """
    if len(entries) <= MAX_ENTRIES:
        return entries
    cut = entries[MAX_ENTRIES]["at"]
    if entries[0]["at"] == cut:
        return [entry for entry in entries if entry["at"] == cut]
    return [entry for entry in entries[:MAX_ENTRIES] if entry["at"] < cut]
