"""The one door to a world: apply a command, run until a moment, read, snapshot, restore.

`apply` either changes the world and returns an Outcome, or returns a Rejection and leaves the digest as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ecslab.sim import delivery, serialize, timers
from ecslab.sim.changes import journal
from ecslab.sim.command import Command
from ecslab.sim.draws import Draws
from ecslab.sim.errors.common import OperationNotSimulated, RunTooLong, SimError
from ecslab.sim.fork import fork
from ecslab.sim.ids import Ids
from ecslab.sim.operations.registry import READS, WRITES
from ecslab.sim.rules import alarms, gateways, not_simulated, programs, protection, scheduler, traffic_shares
from ecslab.sim.rules.account import open_account
from ecslab.sim.rules.capacity import agent_updates, booting, ending, groups, machines, managed_scaling, spot, zones
from ecslab.sim.rules.iam import callers
from ecslab.sim.rules.scaling import deciding, scheduled
from ecslab.sim.rules.tasks import behind, health, running, starting, stopping, waiting
from ecslab.sim.timers import Timer
from ecslab.sim.world import JournalEntry, Past, Start, World

MAX_TIMERS_AT_ONE_INSTANT = 100_000

_DUE: dict[type, Callable[[World, Any], None]] = {
    timers.TaskStep: starting.step,
    timers.ImagePulled: starting.image_pulled,
    timers.ContainerStarts: starting.container_starts,
    timers.DependencyTimedOut: starting.dependency_timed_out,
    timers.ContainerExits: running.container_due_to_exit,
    timers.ProgramCalls: programs.calls_due,
    timers.HealthChanges: running.health_changes,
    timers.CountsAsHealthy: health.counts_as_healthy,
    timers.ProtectionEnds: protection.protection_ends,
    timers.TargetProbed: behind.probed,
    timers.TargetTimedOut: behind.timed_out,
    timers.TargetDrained: behind.drained,
    timers.InstanceLost: ending.lost,
    timers.ZoneGivenUp: zones.given_up,
    timers.SpotEnds: spot.ends,
    timers.MachineSteps: machines.step,
    timers.AgentStarts: booting.agent_starts,
    timers.AgentUpdated: agent_updates.updated,
    timers.InstanceEmptied: groups.emptied,
    timers.DrainingOver: groups.draining_over,
    timers.GroupLooks: groups.look,
    timers.NetworkPartReady: gateways.ready,
    timers.PlaceWaiting: waiting.place_waiting,
    timers.WaitingGivesUp: waiting.gives_up,
    timers.ReservationDue: managed_scaling.due,
    timers.Reconcile: scheduler.reconcile,
    timers.ForgetTask: stopping.forget,
    timers.SharesDue: traffic_shares.shares_due,
    timers.AlarmDue: alarms.due,
    timers.TargetDue: deciding.target_due,
    timers.ActionDue: scheduled.action_due,
    timers.RuleDue: delivery.rule_due,
    timers.ScheduleDue: delivery.schedule_due,
    timers.EventDelivered: delivery.event_delivered,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """An accepted command: the response, what happened at once, and members whose effect is not simulated."""

    response: dict[str, Any]
    journal: tuple[JournalEntry, ...]
    not_simulated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejection:
    """A refused command: AWS's code and one sentence."""

    code: str
    message: str


class Simulation:
    """One run of one world."""

    def __init__(self, world: World) -> None:
        self.world = world

    @classmethod
    def begin(cls, start: Start | None = None) -> Simulation:
        """A new account at moment 0: default VPC, a default subnet in each zone, a default security group."""
        start = start or Start()
        world = World(start=start, draws=Draws(start.seed), ids=Ids(start.region))
        open_account(world)
        return cls(world)

    def apply(self, command: Command) -> Outcome | Rejection:
        """Run what is due before the command's moment, then the command. ValueError when the moment has passed."""
        if command.at_ms < self.world.now_ms:
            raise ValueError(f"a command at {command.at_ms} ms in a world at {self.world.now_ms} ms")
        self.run_until(command.at_ms - 1)
        journal.time_moved(self.world, command.at_ms)
        mark = len(self.world.journal)
        try:
            operation = self._operation(command)
            callers.authorize(self.world, command.caller, command.service, command.operation, command.parameters)
            not_simulated.judge(command.name, command.parameters)
            response = operation(self.world, command.parameters)
        except SimError as error:
            journal.call_refused(self.world, command.name, error.code, error.message)
            return Rejection(error.code, error.message)
        journal.call_put_first(self.world, mark)
        delivery.tell(self.world, self.world.journal[mark:])
        kept = (*not_simulated.kept(command.name, command.parameters), *response.pop("notSimulated", ()))
        return Outcome(response, tuple(self.world.journal[mark:]), kept)

    def _operation(self, command: Command) -> Callable[[World, Mapping[str, Any]], dict[str, Any]]:
        operation = WRITES.get(command.name)
        if operation is None:
            raise OperationNotSimulated(f"{command.name} is not simulated. {_simulated(command.service)}")
        return operation

    def read(
        self, service: str, operation: str, parameters: Mapping[str, Any], caller: str | None = None
    ) -> dict[str, Any]:
        """A read-only call. Raises SimError."""
        name = f"{service}:{operation}"
        if name not in READS:
            raise OperationNotSimulated(f"{name} is not simulated. {_simulated(service)}")
        callers.authorize(self.world, caller, service, operation, parameters)
        not_simulated.judge(name, parameters)
        return READS[name](self.world, parameters)

    def run_until(self, at_ms: int, max_timers: int | None = None) -> bool:
        """Run everything due at or before a moment; False when `max_timers` ran out first (core law 6)."""
        world, ran, at_instant = self.world, 0, 0
        while (next_ms := world.agenda.next_at_ms()) is not None and next_ms <= at_ms:
            if max_timers is not None and ran >= max_timers:
                return False
            at_instant = at_instant + 1 if next_ms == world.now_ms else 0
            if at_instant > MAX_TIMERS_AT_ONE_INSTANT:
                raise RunTooLong(f"more than {MAX_TIMERS_AT_ONE_INSTANT} timers at {next_ms} ms")
            due_ms, timer = world.agenda.pop()
            journal.time_moved(world, due_ms)
            run_timer(world, timer)
            ran += 1
        if at_ms > world.now_ms:
            journal.time_moved(world, at_ms)
        return True

    def next_change_ms(self) -> int | None:
        """When something is due next."""
        return self.world.agenda.next_at_ms()

    def snapshot(self) -> dict[str, Any]:
        """The world as JSON-able data."""
        return serialize.dump(self.world)

    @classmethod
    def restore(cls, data: Mapping[str, Any], past: Past | None = None) -> Simulation:
        """A simulation from a snapshot; its journal begins empty, what happened before is `past`."""
        world = serialize.load(data)
        world.past = past
        return cls(world)

    def fork(self) -> Simulation:
        """A second run from here on, with the same past; neither sees what happens in the other."""
        return Simulation(fork(self.world))

    def digest(self) -> str:
        """One line that stands for the whole world."""
        return serialize.digest(self.world)


def run_timer(world: World, timer: Timer) -> None:
    """What comes due happens, and EventBridge hears of it."""
    mark = len(world.journal)
    _DUE[type(timer)](world, timer)
    if world.event_rules:
        delivery.tell(world, world.journal[mark:])


def _simulated(service: str) -> str:
    names = sorted(name for name in {**WRITES, **READS} if name.startswith(f"{service}:"))
    return f"Simulated of {service}: {', '.join(names)}." if names else f"Nothing of {service} is simulated yet."
