"""Calls about what runs: tasks, services, DAEMON services, images, tags, sessions and schedules."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as some
from hypothesis.stateful import rule

from tests.sim.machine.account import Account
from tests.sim.machine.opening import (
    DISK_ROLE,
    FAMILIES,
    GAME,
    ON_INTERFACES,
    definitions,
    group_arns,
    role,
)

PERCENTS = [(0, 100), (50, 150), (100, 200), (100, 100), (150, 100)]
STRATEGIES: list[list[dict[str, str]]] = [[], [{"type": "binpack", "field": "memory"}], [{"type": "random"}]]
SHARES: dict[str, list[dict[str, Any]]] = {
    "one": [{"capacityProvider": "ours", "weight": 1}],
    "two": [{"capacityProvider": "ours", "base": 1, "weight": 1}, {"capacityProvider": "spot", "weight": 2}],
    "wrong": [{"capacityProvider": "ours", "weight": 1}, {"capacityProvider": "FARGATE", "weight": 1}],
}
ON_FARGATE: dict[str, list[dict[str, Any]]] = {
    "one": [{"capacityProvider": "FARGATE_SPOT", "weight": 1}],
    "two": [{"capacityProvider": "FARGATE", "base": 1}, {"capacityProvider": "FARGATE_SPOT", "weight": 1}],
    "wrong": [{"capacityProvider": "nobody", "weight": 1}],
}
LAUNCH = some.one_of(some.none(), some.sampled_from(list(SHARES)))
"""Which capacity provider strategy, None for a launch type."""
FITTING = {
    "bridge": ["instances"],
    "fixed": ["instances"],
    "host": ["instances"],
    "vpc": ["addresses", "inner"],
    "fargate": ["addresses", "inner"],
}
"""The target groups that a family's services can be behind."""
BEHIND = some.sampled_from(["none", "one", "all", "all", "wrong"])
NUMBER = some.integers(0, 5)
How = tuple[tuple[int, int], list[dict[str, str]]]
"""minimumHealthyPercent and maximumPercent, and a placement strategy."""


def strategy_of(family: str, shares: str) -> list[dict[str, Any]]:
    """A capacity provider strategy that a family can have, or a wrong one."""
    return (ON_FARGATE if family in ("fargate", "volume") else SHARES)[shares]


def groups_of(family: str, behind: str) -> list[str]:
    """The target groups of a service: some that fit its family, or one that does not."""
    fitting = FITTING.get(family, [])
    return {"none": [], "one": fitting[:1], "all": fitting, "wrong": ["instances", "inner"]}[behind]


class Workloads(Account):
    """Rules about tasks and services."""

    def where(self, family: str, subnet: int, shares: str | None) -> dict[str, Any]:
        """The network, the volumes and the launch type or strategy that a family needs."""
        members: dict[str, Any] = {}
        on_fargate = family in ("fargate", "volume")
        if family in ON_INTERFACES:
            vpc: dict[str, Any] = {"subnets": self.subnets[: subnet + 1] if subnet < 2 else self.subnets[subnet:]}
            if on_fargate:
                vpc["assignPublicIp"] = "ENABLED"
            members["networkConfiguration"] = {"awsvpcConfiguration": vpc}
        if family in ("disk", "volume"):
            ebs = {"roleArn": role(DISK_ROLE), "sizeInGiB": 5}
            members["volumeConfigurations"] = [{"name": "data", "managedEBSVolume": ebs}]
        if shares is not None:
            members["capacityProviderStrategy"] = strategy_of(family, shares)
        elif on_fargate:
            members["launchType"] = "FARGATE"
        return members

    @rule(
        family=some.sampled_from((*FAMILIES, "none")),
        count=some.integers(0, 11),
        subnet=some.integers(0, 3),
        shares=LAUNCH,
        session=some.booleans(),
    )
    def run_task(self, family: str, count: int, subnet: int, shares: str | None, session: bool) -> None:
        where = self.where(family, subnet, shares)
        self.call(
            "ecs:RunTask",
            cluster=GAME,
            taskDefinition=family,
            count=count,
            enableExecuteCommand=session,
            **where,
        )

    @rule(
        family=some.sampled_from(FAMILIES),
        desired=some.integers(-1, 6),
        subnet=some.integers(0, 3),
        shares=LAUNCH,
        behind=BEHIND,
        how=some.tuples(some.sampled_from(PERCENTS), some.sampled_from(STRATEGIES)),
    )
    def create_service(self, family: str, desired: int, subnet: int, shares: str | None, behind: str, how: How) -> None:
        (least, most), strategy = how
        members = self.where(family, subnet, shares)
        if strategy and family not in ("fargate", "volume"):
            members["placementStrategy"] = strategy
        if groups := groups_of(family, behind):
            members["loadBalancers"] = [
                {"targetGroupArn": group_arns()[name], "containerName": "web", "containerPort": 80} for name in groups
            ]
        percents = {"minimumHealthyPercent": least, "maximumPercent": most}
        self.call(
            "ecs:CreateService",
            cluster=GAME,
            serviceName=family,
            taskDefinition=family,
            desiredCount=desired,
            deploymentConfiguration=percents,
            enableExecuteCommand=True,
            **members,
        )

    @rule(
        number=NUMBER,
        desired=some.one_of(some.none(), some.integers(0, 6)),
        force=some.booleans(),
        shares=LAUNCH,
    )
    def update_service(self, number: int, desired: int | None, force: bool, shares: str | None) -> None:
        name = self.nth_service(number)
        members: dict[str, Any] = {} if desired is None else {"desiredCount": desired}
        if shares is not None:
            members["capacityProviderStrategy"] = strategy_of(name, shares)
        self.call("ecs:UpdateService", cluster=GAME, service=name, forceNewDeployment=force, **members)

    @rule(number=NUMBER, force=some.sampled_from([True, True, False]))
    def delete_service(self, number: int, force: bool) -> None:
        self.call("ecs:DeleteService", cluster=GAME, service=self.nth_service(number), force=force)

    @rule()
    def create_daemon(self) -> None:
        self.call(
            "ecs:CreateService",
            cluster=GAME,
            serviceName="agent",
            taskDefinition="agent",
            schedulingStrategy="DAEMON",
        )

    @rule(number=NUMBER)
    def roll_out(self, number: int) -> None:
        """A new revision of what a service runs."""
        family = self.nth_service(number)
        for definition in definitions():
            if definition["family"] == family:
                self.call("ecs:RegisterTaskDefinition", **definition)
        self.call("ecs:UpdateService", cluster=GAME, service=family, taskDefinition=family)

    @rule(number=some.integers(0, 30))
    def stop_task(self, number: int) -> None:
        self.call("ecs:StopTask", cluster=GAME, task=self.nth_task(number))

    @rule(number=some.integers(0, 30), code=some.sampled_from([0, 1, 137]), name=some.sampled_from(["web", "log"]))
    def exit_container(self, number: int, code: int, name: str) -> None:
        self.call("lab:ExitContainer", task=self.nth_task(number), exitCode=code, container=name)

    @rule(number=some.integers(0, 30), minutes=some.integers(0, 3))
    def protect_task(self, number: int, minutes: int) -> None:
        expires = {"expiresInMinutes": minutes} if minutes else {}
        self.call(
            "ecs:UpdateTaskProtection",
            cluster=GAME,
            tasks=[self.nth_task(number)],
            protectionEnabled=minutes > 0,
            **expires,
        )

    @rule(number=some.integers(0, 30))
    def begin_session(self, number: int) -> None:
        task = self.nth_task(number)
        self.call("ecs:ExecuteCommand", cluster=GAME, task=task, container="web", command="sh", interactive=True)

    @rule(number=NUMBER, of_service=some.booleans(), key=some.sampled_from(["team", "aws:x"]))
    def tag(self, number: int, of_service: bool, key: str) -> None:
        arn = self.nth(self.simulation.world.services, number) if of_service else self.nth_task(number)
        arn = arn or "arn:aws:ecs:us-east-1:123456789012:service/game/none"
        self.call("ecs:TagResource", resourceArn=arn, tags=[{"key": key, "value": str(number)}])
        if number % 2:
            self.call("ecs:UntagResource", resourceArn=arn, tagKeys=[key])

    @rule(
        missing=some.booleans(),
        ends=some.sampled_from([None, "5s", "90s"]),
        healthy=some.sampled_from([True, False, {"after": "20s"}, {"until": "60s"}]),
        deaf=some.booleans(),
    )
    def put_image(self, missing: bool, ends: str | None, healthy: Any, deaf: bool) -> None:
        end = {"exitAfter": ends} if ends else {}
        self.call("lab:PutImage", image="web", missing=missing, healthy=healthy, handlesSigterm=not deaf, **end)

    @rule(minutes=some.integers(0, 6), count=some.integers(0, 3))
    def schedule(self, minutes: int, count: int) -> None:
        cluster = f"arn:aws:ecs:us-east-1:123456789012:cluster/{GAME}"
        unit = "minute" if minutes == 1 else "minutes"
        self.call("events:PutRule", Name="often", ScheduleExpression=f"rate({minutes} {unit})")
        ecs = {"TaskDefinitionArn": "bridge", "TaskCount": count}
        target = {"Id": "1", "Arn": cluster, "RoleArn": role("r"), "EcsParameters": ecs}
        self.call("events:PutTargets", Rule="often", Targets=[target])
