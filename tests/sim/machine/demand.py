"""Calls about what comes in and what follows it: load balancers, traffic, alarms and Application Auto Scaling."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as some
from hypothesis.stateful import rule

from tests.sim.balancing import FRONT, SUBNETS
from tests.sim.machine.account import Account
from tests.sim.machine.opening import GAME, GROUPS, group_arns
from tests.sim.scaling import ALARM, CPU, STEPS, TRACKING

NUMBER = some.integers(0, 5)
LABEL = "app/front/0000000000000001/targetgroup/instances/0000000000000001"
REQUESTS = {
    "PredefinedMetricSpecification": {"PredefinedMetricType": "ALBRequestCountPerTarget", "ResourceLabel": LABEL}
}
TRAFFIC: dict[str, dict[str, Any]] = {
    "none": {"requestsPerSecond": 0},
    "little": {"requestsPerSecond": "0.5"},
    "much": {"requestsPerSecond": 400},
    "rising": {"pattern": "ramp", "requestsPerSecond": 300},
    "waves": {"pattern": "sine", "requestsPerSecond": 200, "period": "10m"},
}


def scaled(service: str) -> dict[str, str]:
    """The desired count of a service, as Application Auto Scaling names it."""
    return {
        "ServiceNamespace": "ecs",
        "ResourceId": f"service/{GAME}/{service}",
        "ScalableDimension": "ecs:service:DesiredCount",
    }


class Demand(Account):
    """Rules about load balancers, load and what scales by it."""

    def nth_scaled(self, number: int) -> dict[str, str]:
        """The desired count of one of the services."""
        return scaled(self.nth_service(number))

    def nth_target(self, number: int) -> dict[str, str]:
        """One of the scalable targets; a service's when there is none."""
        known = [target.resource_id for target in self.simulation.world.scalable_targets.values()]
        found = self.nth(known, number)
        return scaled(found.rpartition("/")[2]) if found else self.nth_scaled(number)

    @rule(name=some.sampled_from(GROUPS), seconds=some.sampled_from([0, 5, 60, 300, 3601]))
    def set_delay(self, name: str, seconds: int) -> None:
        attribute = {"Key": "deregistration_delay.timeout_seconds", "Value": str(seconds)}
        self.call("elbv2:ModifyTargetGroupAttributes", TargetGroupArn=group_arns()[name], Attributes=[attribute])

    @rule(name=some.sampled_from(GROUPS), number=some.integers(0, 5))
    def deregister_target(self, name: str, number: int) -> None:
        arn = group_arns()[name]
        found = self.read("elbv2:DescribeTargetHealth", TargetGroupArn=arn)["TargetHealthDescriptions"]
        target = self.nth([each["Target"] for each in found], number) or {"Id": "i-0000000000000999"}
        if self.call("elbv2:DeregisterTargets", TargetGroupArn=arn, Targets=[{"Id": target["Id"]}]):
            self.deregistered.add(target["Id"])

    @rule(count=some.integers(1, 3))
    def set_subnets(self, count: int) -> None:
        self.call("elbv2:SetSubnets", LoadBalancerArn=FRONT, Subnets=SUBNETS[:count])

    @rule(number=some.one_of(some.none(), NUMBER), traffic=some.sampled_from(list(TRAFFIC)))
    def send(self, number: int | None, traffic: str) -> None:
        taker = {"loadBalancer": "front"} if number is None else {"cluster": GAME, "service": self.nth_service(number)}
        ends = {"to": self.simulation.world.now_ms // 1000 + 900} if traffic == "rising" else {}
        self.call("lab:SetTraffic", **taker, **TRAFFIC[traffic], **ends)

    @rule(number=NUMBER, least=some.integers(-1, 3), most=some.integers(1, 7), value=some.sampled_from([1, 30, 50]))
    def scale(self, number: int, least: int, most: int, value: int) -> None:
        """A scalable target that tracks its CPU utilization."""
        name = "application-autoscaling:RegisterScalableTarget"
        if self.call(name, **self.nth_scaled(number), MinCapacity=least, MaxCapacity=most):
            self.put_policy(number, "cpu", value)

    @rule(number=NUMBER, scaling_in=some.booleans(), scaling_out=some.booleans())
    def suspend(self, number: int, scaling_in: bool, scaling_out: bool) -> None:
        state = {"DynamicScalingInSuspended": scaling_in, "DynamicScalingOutSuspended": scaling_out}
        name = "application-autoscaling:RegisterScalableTarget"
        self.call(name, **self.nth_scaled(number), SuspendedState=state)

    @rule(number=NUMBER)
    def deregister_scalable_target(self, number: int) -> None:
        self.call("application-autoscaling:DeregisterScalableTarget", **self.nth_target(number))

    @rule(number=NUMBER, kind=some.sampled_from(["cpu", "requests", "steps"]), value=some.sampled_from([1, 30, 50]))
    def put_policy(self, number: int, kind: str, value: int) -> None:
        policy: dict[str, Any]
        if kind == "steps":
            policy = {"PolicyType": "StepScaling", "StepScalingPolicyConfiguration": STEPS}
        else:
            metric = CPU if kind == "cpu" else REQUESTS
            tracking = {**TRACKING, **metric, "TargetValue": value, "ScaleInCooldown": 30, "ScaleOutCooldown": 30}
            policy = {"PolicyType": "TargetTrackingScaling", "TargetTrackingScalingPolicyConfiguration": tracking}
        self.call("application-autoscaling:PutScalingPolicy", **self.nth_target(number), PolicyName=kind, **policy)

    @rule(number=NUMBER, kind=some.sampled_from(["cpu", "requests", "steps"]))
    def delete_policy(self, number: int, kind: str) -> None:
        self.call("application-autoscaling:DeleteScalingPolicy", **self.nth_target(number), PolicyName=kind)

    @rule(number=NUMBER, least=some.integers(0, 2), most=some.integers(1, 5))
    def put_scheduled_action(self, number: int, least: int, most: int) -> None:
        action = {"MinCapacity": least, "MaxCapacity": most}
        self.call(
            "application-autoscaling:PutScheduledAction",
            **self.nth_target(number),
            ScheduledActionName="often",
            Schedule="rate(5 minutes)",
            ScalableTargetAction=action,
        )

    @rule(value=some.integers(0, 100))
    def put_datapoint(self, value: int) -> None:
        point = {"MetricName": "Load", "Dimensions": ALARM["Dimensions"], "Value": value}
        self.call("cloudwatch:PutMetricData", Namespace="Game", MetricData=[point])

    @rule(remove=some.booleans(), missing=some.sampled_from(["ignore", "breaching", "notBreaching"]))
    def put_alarm(self, remove: bool, missing: str) -> None:
        arn = "application-autoscaling:DescribeScalingPolicies"
        found = self.read(arn, ServiceNamespace="ecs")["ScalingPolicies"]
        actions = [p["PolicyARN"] for p in found if p["PolicyType"] == "StepScaling"][:1]
        if remove:
            self.call("cloudwatch:DeleteAlarms", AlarmNames=["busy"])
        else:
            self.call("cloudwatch:PutMetricAlarm", **{**ALARM, "TreatMissingData": missing, "AlarmActions": actions})

    @rule(state=some.sampled_from(["ALARM", "OK", "INSUFFICIENT_DATA"]))
    def set_alarm(self, state: str) -> None:
        self.call("cloudwatch:SetAlarmState", AlarmName="busy", StateValue=state, StateReason="a test")
