"""Load balancers for stories: an Application and a Network Load Balancer, and a valid call of each operation."""

from __future__ import annotations

from typing import Any

from tests.sim.stories import Story

ELB = "arn:aws:elasticloadbalancing:us-east-1:123456789012:"
VPC = "vpc-0000000000000001"
SUBNETS = [f"subnet-000000000000000{n}" for n in (1, 2, 3)]
GROUP = "sg-0000000000000001"
FRONT, INNER = f"{ELB}loadbalancer/app/front/0000000000000001", f"{ELB}loadbalancer/net/inner/0000000000000002"
WEB, TCP, SPARE = (f"{ELB}targetgroup/{n}/{i:016x}" for i, n in enumerate(("web", "tcp", "spare"), 1))
LISTENER = f"{ELB}listener/app/front/0000000000000001/0000000000000001"
RULE = f"{ELB}listener-rule/app/front/0000000000000001/0000000000000001/0000000000000003"


def forward(*groups: str) -> list[dict[str, Any]]:
    """A forward action to target groups of equal weight."""
    named = [{"TargetGroupArn": group, "Weight": 1} for group in groups]
    return [{"Type": "forward", "ForwardConfig": {"TargetGroups": named}}]


def path(*values: str) -> list[dict[str, Any]]:
    """A path-pattern condition."""
    return [{"Field": "path-pattern", "PathPatternConfig": {"Values": list(values)}}]


def live(story: Story, at: float = 0, **group: Any) -> Story:
    """A load balancer of each type with a listener and a target group, a rule, and a target group without use."""
    call = story.call
    call("elbv2:CreateLoadBalancer", at, Name="front", Subnets=SUBNETS)
    call("elbv2:CreateLoadBalancer", at, Name="inner", Type="network", Scheme="internal", Subnets=SUBNETS[:2])
    call("elbv2:CreateTargetGroup", at, **{"Name": "web", "Protocol": "HTTP", "Port": 80, "VpcId": VPC, **group})
    call("elbv2:CreateTargetGroup", at, Name="tcp", Protocol="TCP", Port=80, VpcId=VPC)
    call("elbv2:CreateTargetGroup", at, Name="spare", Protocol="HTTP", Port=80, VpcId=VPC)
    for balancer, protocol, arn in ((FRONT, "HTTP", WEB), (INNER, "TCP", TCP)):
        action = [{"Type": "forward", "TargetGroupArn": arn}]
        call("elbv2:CreateListener", at, LoadBalancerArn=balancer, Protocol=protocol, Port=80, DefaultActions=action)
    call("elbv2:CreateRule", at, ListenerArn=LISTENER, Priority=10, Conditions=path("/a"), Actions=forward(WEB))
    return story


def health(story: Story, group: str = WEB) -> list[tuple[str, int, str, str | None]]:
    """The targets of a group: id, port, state and reason."""
    found = story.read("elbv2:DescribeTargetHealth", TargetGroupArn=group)["TargetHealthDescriptions"]
    return [
        (d["Target"]["Id"], d["Target"]["Port"], d["TargetHealth"]["State"], d["TargetHealth"].get("Reason"))
        for d in found
    ]


CHECK = {
    "HealthCheckProtocol": "HTTP",
    "HealthCheckPort": "traffic-port",
    "HealthCheckEnabled": True,
    "HealthCheckPath": "/health",
    "HealthCheckIntervalSeconds": 10,
    "HealthCheckTimeoutSeconds": 4,
    "HealthyThresholdCount": 3,
    "UnhealthyThresholdCount": 4,
    "Matcher": {"HttpCode": "200-299,302"},
}
RULES = [
    *path("/shop*"),
    {"Field": "host-header", "Values": ["*.example.com"]},
    {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "a", "Value": "b*"}]}},
    {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "Host", "Values": ["x"]}},
]
VALID: list[tuple[str, dict[str, Any]]] = [
    (
        "elbv2:CreateLoadBalancer",
        {
            "Name": "another",
            "Subnets": SUBNETS[:2],
            "SecurityGroups": [GROUP],
            "Scheme": "internet-facing",
            "Type": "application",
            "Tags": [{"Key": "a", "Value": "b"}],
        },
    ),
    ("elbv2:DeleteLoadBalancer", {"LoadBalancerArn": FRONT}),
    ("elbv2:SetSecurityGroups", {"LoadBalancerArn": FRONT, "SecurityGroups": [GROUP]}),
    ("elbv2:SetSubnets", {"LoadBalancerArn": FRONT, "Subnets": SUBNETS[1:]}),
    (
        "elbv2:ModifyLoadBalancerAttributes",
        {"LoadBalancerArn": INNER, "Attributes": [{"Key": "load_balancing.cross_zone.enabled", "Value": "true"}]},
    ),
    (
        "elbv2:CreateTargetGroup",
        {
            "Name": "another",
            "Protocol": "HTTP",
            "ProtocolVersion": "HTTP2",
            "Port": 80,
            "VpcId": VPC,
            "TargetType": "ip",
            **CHECK,
        },
    ),
    ("elbv2:ModifyTargetGroup", {"TargetGroupArn": WEB, **CHECK}),
    (
        "elbv2:ModifyTargetGroupAttributes",
        {
            "TargetGroupArn": WEB,
            "Attributes": [
                {"Key": "deregistration_delay.timeout_seconds", "Value": "60"},
                {"Key": "slow_start.duration_seconds", "Value": "30"},
                {"Key": "stickiness.type", "Value": "app_cookie"},
            ],
        },
    ),
    ("elbv2:DeleteTargetGroup", {"TargetGroupArn": SPARE}),
    ("elbv2:RegisterTargets", {"TargetGroupArn": WEB, "Targets": [{"Id": "i-0000000000000001", "Port": 80}]}),
    ("elbv2:DeregisterTargets", {"TargetGroupArn": WEB, "Targets": [{"Id": "i-0000000000000002", "Port": 90}]}),
    (
        "elbv2:CreateListener",
        {"LoadBalancerArn": FRONT, "Protocol": "HTTP", "Port": 8080, "DefaultActions": forward(WEB, SPARE)},
    ),
    ("elbv2:ModifyListener", {"ListenerArn": LISTENER, "Port": 81, "Protocol": "HTTP", "DefaultActions": forward(WEB)}),
    ("elbv2:DeleteListener", {"ListenerArn": LISTENER}),
    (
        "elbv2:CreateRule",
        {"ListenerArn": LISTENER, "Priority": 1, "Conditions": RULES, "Actions": forward(WEB, SPARE)},
    ),
    ("elbv2:ModifyRule", {"RuleArn": RULE, "Conditions": RULES, "Actions": forward(SPARE)}),
    ("elbv2:SetRulePriorities", {"RulePriorities": [{"RuleArn": RULE, "Priority": 7}]}),
    ("elbv2:DeleteRule", {"RuleArn": RULE}),
]
