"""Attributes of target groups: their keys, defaults and ranges (PN:L-16 to PN:L-20).

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html,
as of 2026-11-24.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ecslab.sim import written
from ecslab.sim.data.tables import LIMITS
from ecslab.sim.errors.common import ValidationError
from ecslab.sim.errors.elbv2 import InvalidConfigurationRequest

DELAY = "deregistration_delay.timeout_seconds"
SLOW_START = "slow_start.duration_seconds"
CROSS_ZONE = "load_balancing.cross_zone.enabled"
ALGORITHM = "load_balancing.algorithm.type"
PRESERVE = "preserve_client_ip.enabled"
AS_BALANCER = "use_load_balancer_configuration"
_SHARED = {
    DELAY: str(LIMITS["elb.delay"]),
    "stickiness.enabled": "false",
    CROSS_ZONE: AS_BALANCER,
    "target_group_health.dns_failover.minimum_healthy_targets.count": "1",
    "target_group_health.dns_failover.minimum_healthy_targets.percentage": "off",
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": "1",
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": "off",
}
_REQUESTS = {
    **_SHARED,
    "stickiness.type": "lb_cookie",
    "stickiness.lb_cookie.duration_seconds": str(LIMITS["elb.stickiness"]),
    "stickiness.app_cookie.duration_seconds": str(LIMITS["elb.stickiness"]),
    "stickiness.app_cookie.cookie_name": "",
    SLOW_START: "0",
    ALGORITHM: "round_robin",
    "load_balancing.algorithm.anomaly_mitigation": "off",
}
_CONNECTIONS = {
    **_SHARED,
    "stickiness.type": "source_ip",
    "deregistration_delay.connection_termination.enabled": "false",
    "proxy_protocol_v2.enabled": "false",
    PRESERVE: "true",
}
HEALTHY = "target_group_health."
ACTS = (DELAY, SLOW_START, CROSS_ZONE, PRESERVE, HEALTHY)
"""Attributes that have an effect in the lab; the algorithms are all shared out as round robin."""
_CHOICES = {
    CROSS_ZONE: ("true", "false", AS_BALANCER),
    ALGORITHM: ("round_robin", "least_outstanding_requests", "weighted_random"),
    "stickiness.type": ("lb_cookie", "app_cookie", "source_ip", "source_ip_dest_ip", "source_ip_dest_ip_proto"),
    "load_balancing.algorithm.anomaly_mitigation": ("on", "off"),
}


def defaults(protocol: str, target_type: str) -> dict[str, str]:
    """The attributes of a new group; the client's address is kept for instances and for UDP."""
    if protocol in ("HTTP", "HTTPS"):
        return dict(_REQUESTS)
    keeps = target_type == "instance" or protocol in ("UDP", "TCP_UDP")
    return {**_CONNECTIONS, PRESERVE: "true" if keeps else "false"}


def read(current: Mapping[str, str], items: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """The attributes that a request sets. Raises ValidationError or InvalidConfigurationRequest."""
    given = {str(item.get("Key")): str(item.get("Value", "")) for item in items}
    for key, value in given.items():
        if key not in current:
            raise ValidationError(f"Target group attribute key '{key[:128]}' is not recognized")
        _judge(key, value)
    after = {**current, **given}
    if after.get(SLOW_START, "0") != "0" and after.get(ALGORITHM) != "round_robin":
        raise InvalidConfigurationRequest(f"Slow start cannot be combined with the algorithm {after.get(ALGORITHM)}")
    return given


def _judge(key: str, value: str) -> None:
    """One value is of its range, or one of its choices (PN:L-16, PN:L-17, PN:L-20)."""
    if key == DELAY:
        _in_range(key, value, 0, LIMITS["elb.delay.max"])
    elif key == SLOW_START and value != "0":
        _in_range(key, value, LIMITS["elb.slow_start.min"], LIMITS["elb.slow_start.max"])
    elif key.startswith("stickiness.") and key.endswith("duration_seconds"):
        _in_range(key, value, 1, LIMITS["elb.stickiness.max"])
    elif key.startswith(HEALTHY) and value != "off":
        _in_range(key, value, 1, LIMITS["elb.targets"] if key.endswith("count") else 100)
    elif key.startswith(HEALTHY) and "unhealthy_state_routing" in key and key.endswith("count"):
        raise ValidationError(f"Target group attribute '{key}' cannot be off; it must be at least 1")
    allowed = _CHOICES.get(key, ("true", "false") if key.endswith(".enabled") else ())
    if allowed and value not in allowed:
        raise ValidationError(
            f"Target group attribute '{key}' is '{value[:64]}'; it must be one of {', '.join(allowed)}"
        )


def _in_range(key: str, value: str, low: int, high: int) -> None:
    number = written.whole(value)
    if number is None or not low <= number <= high:
        raise ValidationError(f"Target group attribute '{key}' is '{value[:64]}'; it must be between {low} and {high}")
