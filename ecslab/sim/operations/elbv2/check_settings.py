"""The health check settings of a target group: ranges and defaults by protocol (PN:L-10 to PN:L-15).

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html,
as of 2026-11-24.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim import written
from ecslab.sim.data.tables import LIMITS
from ecslab.sim.errors.common import ValidationError
from ecslab.sim.errors.elbv2 import InvalidConfigurationRequest
from ecslab.sim.operations.elbv2 import finding
from ecslab.sim.rules.load_balancing import matching
from ecslab.sim.state.load_balancer import TargetCheck

HTTP = ("HTTP", "HTTPS")
TRAFFIC_PORT = "traffic-port"
HIGHEST_PORT = 65535
CODES = {"requests": (200, 499, "200"), "network": (200, 599, "200-399"), "GRPC": (0, 99, "12")}
"""The lowest and the highest code of a matcher, and its default (PN:L-14)."""
PATHS = {"GRPC": "/AWS.ALB/healthcheck"}


def defaults(protocol: str, version: str | None, check_protocol: str) -> TargetCheck:
    """The settings of a group of which nothing is said (PN:L-10 to PN:L-14)."""
    is_http = check_protocol in HTTP
    if protocol in HTTP:
        timeout = LIMITS["elb.timeout.requests"]
    else:
        timeout = LIMITS["elb.timeout.http_of_network" if check_protocol == "HTTP" else "elb.timeout.connections"]
    return TargetCheck(
        protocol=check_protocol,
        port=TRAFFIC_PORT,
        path=PATHS.get(version or "", "/") if is_http else None,
        interval_s=LIMITS["elb.interval"],
        timeout_s=timeout,
        healthy_threshold=LIMITS["elb.healthy"],
        unhealthy_threshold=LIMITS["elb.unhealthy"],
        matcher=_codes(protocol, version)[2] if is_http else None,
    )


def _codes(protocol: str, version: str | None) -> tuple[int, int, str]:
    return CODES["GRPC" if version == "GRPC" else "requests" if protocol in HTTP else "network"]


def read(
    parameters: Mapping[str, Any], protocol: str, version: str | None, current: TargetCheck | None = None
) -> dict[str, Any]:
    """The settings that a request names, on top of `current` or of the defaults. Raises ValidationError."""
    if parameters.get("HealthCheckEnabled") is False:
        raise ValidationError("Health check enabled must be true for target groups with target type 'instance' or 'ip'")
    check_protocol = _protocol(parameters, protocol, current)
    base = current or defaults(protocol, version, check_protocol)
    is_http = check_protocol in HTTP
    fresh = defaults(protocol, version, check_protocol)
    path = parameters.get("HealthCheckPath", (base.path or fresh.path) if is_http else None)
    found = {
        "protocol": check_protocol,
        "port": _port(str(parameters.get("HealthCheckPort", base.port))),
        "path": path,
        "interval_s": _limited(parameters, "HealthCheckIntervalSeconds", base.interval_s, "interval"),
        "timeout_s": _limited(parameters, "HealthCheckTimeoutSeconds", base.timeout_s, "timeout"),
        "healthy_threshold": _limited(parameters, "HealthyThresholdCount", base.healthy_threshold, "threshold"),
        "unhealthy_threshold": _limited(parameters, "UnhealthyThresholdCount", base.unhealthy_threshold, "threshold"),
        "matcher": _matcher(parameters, protocol, version, base.matcher or fresh.matcher) if is_http else None,
    }
    _judge(found, parameters, is_http=is_http, is_application=protocol in HTTP)
    return found


def _judge(found: dict[str, Any], parameters: Mapping[str, Any], *, is_http: bool, is_application: bool) -> None:
    """The timeout is below the interval, and a check of connections alone has neither path nor codes."""
    too_long = found["timeout_s"] >= found["interval_s"] if is_application else found["timeout_s"] > found["interval_s"]
    if too_long:
        raise ValidationError(
            f"Health check timeout '{found['timeout_s']}' must be smaller than the interval '{found['interval_s']}'"
        )
    if not is_http and ("HealthCheckPath" in parameters or "Matcher" in parameters):
        raise InvalidConfigurationRequest("A TCP health check has no path and no matcher; use HTTP or leave them out")
    if is_http and not str(found["path"]).startswith("/"):
        raise ValidationError(f"Health check path '{str(found['path'])[:64]}' must begin with '/'")


def _protocol(parameters: Mapping[str, Any], protocol: str, current: TargetCheck | None) -> str:
    default = current.protocol if current else ("HTTP" if protocol in HTTP else "TCP")
    wanted = str(parameters.get("HealthCheckProtocol", default))
    allowed = HTTP if protocol in HTTP else ("TCP", *HTTP)
    if wanted not in allowed:
        raise ValidationError(f"Health check protocol '{wanted}' must be one of {', '.join(allowed)}")
    return wanted


def _port(text: str) -> str:
    port = written.whole(text)
    if text != TRAFFIC_PORT and (port is None or not 1 <= port <= HIGHEST_PORT):
        raise ValidationError(
            f"Health check port '{text[:64]}' must be 'traffic-port' or a number up to {HIGHEST_PORT}"
        )
    return text


def _limited(parameters: Mapping[str, Any], member: str, default: int, limit: str) -> int:
    low, high = LIMITS[f"elb.{limit}.min"], LIMITS[f"elb.{limit}.max"]
    return finding.number(parameters.get(member, default), member, low, high)


def _matcher(parameters: Mapping[str, Any], protocol: str, version: str | None, default: str | None) -> str | None:
    """The codes that pass: 200, a list or a range inside what the protocol allows (PN:L-14)."""
    given = parameters.get("Matcher") or {}
    codes = given.get("GrpcCode" if version == "GRPC" else "HttpCode", default)
    low, high, _ = _codes(protocol, version)
    ranges = matching.code_ranges(str(codes))
    if ranges is None or any(first < low or last > high for first, last in ranges):
        raise ValidationError(f"Health check matcher '{str(codes)[:64]}' must be codes between {low} and {high}")
    return str(codes)
