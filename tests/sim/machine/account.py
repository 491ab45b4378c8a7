"""The account that the machine drives: the door for its calls, and the log that a run is replayed from."""

from __future__ import annotations

from typing import Any

from hypothesis.stateful import RuleBasedStateMachine

from ecslab.aws.door import prepare, submit
from ecslab.aws.model import RequestMalformed
from ecslab.sim.command import Command
from ecslab.sim.simulation import Rejection, Simulation
from tests.sim.machine.opening import FARGATE_VCPUS, opened


class Account(RuleBasedStateMachine):
    """One account; each rule makes a call that may be refused, each invariant counts anew.

    `log` is what was done to it, the moments it ran to among the commands; `moved` is whether time passed in the last
    step, `wanted` the desired counts before it did. `quotas` are the vCPUs on Fargate, `deregistered` the targets that
    a call has taken out.
    """

    simulation: Simulation
    begun_as: tuple[int, str]

    def __init__(self) -> None:
        super().__init__()
        self.log: list[Command | int] = []
        self.moved = False
        self.wanted: dict[str, int] = {}
        self.quotas = dict.fromkeys(("FARGATE", "FARGATE_SPOT"), FARGATE_VCPUS)
        self.deregistered: set[str] = set()

    def open(self, seed: int, tie: str, pace: int) -> None:
        """A world as every run has it; so many milliseconds pass after each call that is accepted."""
        self.begun_as, self.pace = (seed, tie), pace
        self.simulation = opened(seed, tie)
        self.subnets = [s["SubnetId"] for s in self.read("ec2:DescribeSubnets")["Subnets"]]

    def read(self, name: str, /, **parameters: Any) -> dict[str, Any]:
        """Look at the world."""
        service, operation = name.split(":")
        return self.simulation.read(service, operation, parameters)

    def call(self, name: str, /, **parameters: Any) -> bool:
        """Make a call now; whether it was accepted. A refused one leaves the world as it was (core law 1).

        Digests are dear; one refusal in three is looked at.
        """
        service, operation = name.split(":")
        try:
            command = prepare(self.simulation.world.now_ms, service, operation, parameters)
        except RequestMalformed as malformed:
            raise AssertionError(f"{name}: {malformed}") from malformed
        before = self.simulation.fork()
        self.log.append(command)
        self.moved = False
        outcome = submit(self.simulation, command)
        if isinstance(outcome, Rejection):
            assert outcome.message.endswith((".", ")")) or " " in outcome.message
            if len(self.log) % 3 == 0:
                assert self.simulation.digest() == before.digest(), name
            return False
        if self.pace:
            self.run_until(command.at_ms + self.pace)
        return True

    def run_until(self, at_ms: int) -> None:
        """Let everything due until a moment happen."""
        self.log.append(at_ms)
        self.wanted = {service.name: service.desired_count for service in self.simulation.world.services.values()}
        self.moved = True
        assert self.simulation.run_until(at_ms)

    def replayed(self) -> Simulation:
        """The same opening and the same log in a world of their own."""
        again = opened(*self.begun_as)
        for step in self.log:
            if isinstance(step, int):
                again.run_until(step)
            else:
                submit(again, step)
        return again

    def nth(self, things: Any, number: int) -> Any:
        """One of some things, or None when there is none."""
        listed = list(things)
        return listed[number % len(listed)] if listed else None

    def nth_task(self, number: int) -> str:
        """One of the tasks; an ARN of none when there is none."""
        return self.nth(self.simulation.world.tasks, number) or "none"

    def nth_machine(self, number: int) -> str:
        """One of the EC2 instances; the id of none when there is none."""
        return self.nth(self.simulation.world.ec2_instances, number) or "i-0000000000000999"

    def nth_service(self, number: int) -> str:
        """The name of one of the services; of none when there is none."""
        named = [service.name for service in self.simulation.world.services.values() if service.status == "ACTIVE"]
        return self.nth(named, number) or "none"
