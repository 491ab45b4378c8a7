"""Alarms and scaling policies for stories, and a valid call of each operation about metrics and scaling."""

from __future__ import annotations

from typing import Any

from tests.sim.stories import Story

OWN = {"ServiceNamespace": "ecs", "ResourceId": "service/game/own", "ScalableDimension": "ecs:service:DesiredCount"}
GOING = {**OWN, "ResourceId": "service/game/going"}
NAMED = [{"Name": "ClusterName", "Value": "game"}, {"Name": "ServiceName", "Value": "own"}]
LOAD = {"Namespace": "Game", "MetricName": "Load", "Dimensions": [{"Name": "Stage", "Value": "live"}]}
ALARM = {
    "AlarmName": "busy",
    **LOAD,
    "Statistic": "Average",
    "Period": 60,
    "EvaluationPeriods": 3,
    "DatapointsToAlarm": 2,
    "Threshold": 50.5,
    "ComparisonOperator": "GreaterThanThreshold",
    "TreatMissingData": "ignore",
    "ActionsEnabled": True,
}
TRACKING = {"TargetValue": 50, "ScaleOutCooldown": 60, "ScaleInCooldown": 300, "DisableScaleIn": False}
CPU = {"PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}}
QUEUE = {"CustomizedMetricSpecification": {**LOAD, "MetricName": "Backlog", "Statistic": "Maximum"}}
REQUESTS = {
    "PredefinedMetricSpecification": {
        "PredefinedMetricType": "ALBRequestCountPerTarget",
        "ResourceLabel": "app/front/0000000000000001/targetgroup/web/0000000000000001",
    }
}
STEPS = {
    "AdjustmentType": "PercentChangeInCapacity",
    "MinAdjustmentMagnitude": 2,
    "Cooldown": 60,
    "StepAdjustments": [
        {"MetricIntervalLowerBound": 0, "MetricIntervalUpperBound": 10, "ScalingAdjustment": 10},
        {"MetricIntervalLowerBound": 10, "ScalingAdjustment": 30},
    ],
}
EVENING = {
    **OWN,
    "ScheduledActionName": "evening",
    "Schedule": "cron(0 18 * * ? *)",
    "Timezone": "Europe/Berlin",
    "StartTime": "2026-01-05T00:00:00Z",
    "EndTime": "2026-02-05T00:00:00Z",
    "ScalableTargetAction": {"MinCapacity": 2, "MaxCapacity": 4},
}


def tracking(name: str, metric: dict[str, Any]) -> dict[str, Any]:
    """A target tracking policy of the service `own`."""
    configuration = {"TargetTrackingScalingPolicyConfiguration": {**TRACKING, **metric}}
    return {**OWN, "PolicyName": name, "PolicyType": "TargetTrackingScaling", **configuration}


def live(story: Story) -> None:
    """What the valid calls name: an alarm, and a service that scales by a policy and a schedule."""
    story.call("cloudwatch:PutMetricAlarm", **{**ALARM, "AlarmName": "there"})
    story.call("application-autoscaling:RegisterScalableTarget", **OWN, MinCapacity=1, MaxCapacity=4)
    story.call("application-autoscaling:PutScalingPolicy", **tracking("cpu", CPU))
    story.call("application-autoscaling:PutScheduledAction", **EVENING)


VALID: list[tuple[str, dict[str, Any]]] = [
    (
        "lab:SetTraffic",
        {
            "cluster": "game",
            "service": "own",
            "pattern": "points",
            "points": [[0, 10], [60, "40.5"]],
            "from": 60,
            "to": "5m",
            "period": "2m",
        },
    ),
    ("lab:SetTraffic", {"cluster": "game", "service": "own", "pattern": "ramp", "requestsPerSecond": 40, "to": "5m"}),
    ("lab:SetTraffic", {"loadBalancer": "front", "pattern": "sine", "requestsPerSecond": "0.5", "period": "5m"}),
    (
        "cloudwatch:PutMetricData",
        {
            "Namespace": "Game",
            "MetricData": [
                {"MetricName": "Load", "Dimensions": LOAD["Dimensions"], "Value": 4.5},
                {"MetricName": "Backlog", "Values": [1, 2.5], "Counts": [3, 1]},
            ],
        },
    ),
    ("cloudwatch:PutMetricAlarm", ALARM),
    ("cloudwatch:DeleteAlarms", {"AlarmNames": ["there"]}),
    ("cloudwatch:SetAlarmState", {"AlarmName": "there", "StateValue": "ALARM", "StateReason": "a test"}),
    (
        "application-autoscaling:RegisterScalableTarget",
        {**GOING, "MinCapacity": 1, "MaxCapacity": 4, "SuspendedState": {"DynamicScalingInSuspended": True}},
    ),
    ("application-autoscaling:DeregisterScalableTarget", OWN),
    ("application-autoscaling:PutScalingPolicy", tracking("cpu", CPU)),
    ("application-autoscaling:PutScalingPolicy", tracking("queue", QUEUE)),
    ("application-autoscaling:PutScalingPolicy", tracking("requests", REQUESTS)),
    (
        "application-autoscaling:PutScalingPolicy",
        {**OWN, "PolicyName": "steps", "PolicyType": "StepScaling", "StepScalingPolicyConfiguration": STEPS},
    ),
    ("application-autoscaling:DeleteScalingPolicy", {**OWN, "PolicyName": "cpu"}),
    ("application-autoscaling:PutScheduledAction", EVENING),
    ("application-autoscaling:PutScheduledAction", {**EVENING, "ScheduledActionName": "night"}),
    ("application-autoscaling:DeleteScheduledAction", {**OWN, "ScheduledActionName": "evening"}),
]
