"""The deploymentConfiguration of a service: percents, circuit breaker, alarms, early success (SS:D-1, D-20, D-32)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.operations import reading
from ecslab.sim.state.service import CircuitBreaker, DeploymentAlarms, EarlySuccess, Service

THRESHOLDS = ("BOUNDED_PERCENT", "UNBOUNDED_PERCENT", "COUNT")
CLEANUPS = ("BLOCKING", "DEFERRED")
MOST_ALARMS = 10
LONGEST_BAKE_MIN = 1440


DEFAULTS = {"REPLICA": (100, 200), "DAEMON": (0, 100)}
"""minimumHealthyPercent and maximumPercent that nobody named (SS:D-3)."""


def read(
    parameters: Mapping[str, Any], service: Service | None = None, *, scheduling: str = "REPLICA"
) -> dict[str, Any]:
    """The members of a service that a request sets; what it does not name stays as it is (SS:S-8).

    Raises InvalidParameterException.
    """
    given = parameters.get("deploymentConfiguration") or {}
    strategy = given.get("strategy", "ROLLING")
    if strategy != "ROLLING":
        raise InvalidParameterException(f"The deployment strategy {strategy} is not simulated yet; use ROLLING.")
    scheduling = service.scheduling_strategy if service else scheduling
    least, most = (service.minimum_healthy_percent, service.maximum_percent) if service else DEFAULTS[scheduling]
    minimum, maximum = percents(given, least, most)
    if scheduling == "DAEMON" and maximum > 100:
        raise InvalidParameterException(
            "The daemon scheduling strategy does not support values above 100 for maximumPercent on a deployment "
            "configuration. Change the maximumPercent value to 100, and try again"
        )
    breaker = service.circuit_breaker if service else CircuitBreaker()
    early = service.early_success if service else None
    if "deploymentCircuitBreaker" in given:
        breaker = circuit_breaker(given["deploymentCircuitBreaker"])
    if "earlySuccessCriteria" in given:
        early = early_success(given["earlySuccessCriteria"])
    if early is not None and early.healthy_percent < minimum:
        raise InvalidParameterException(
            f"healthyPercent is {early.healthy_percent} and minimumHealthyPercent is {minimum}; "
            "the first may not be below the second."
        )
    return {
        "minimum_healthy_percent": minimum,
        "maximum_percent": maximum,
        "circuit_breaker": breaker,
        "early_success": early,
        "alarms": alarms(given, service.alarms if service else DeploymentAlarms()),
    }


def percents(given: Mapping[str, Any], minimum: int, maximum: int) -> tuple[int, int]:
    """minimumHealthyPercent and maximumPercent (SS:D-1 to SS:D-3). Raises InvalidParameterException."""
    minimum = given.get("minimumHealthyPercent", minimum)
    maximum = given.get("maximumPercent", maximum)
    if minimum < 0 or maximum < 0 or maximum < minimum or maximum == 0:
        raise InvalidParameterException(
            f"minimumHealthyPercent is {minimum} and maximumPercent is {maximum}; "
            "the first must be 0 or more, the second above 0 and not below the first."
        )
    if minimum > 100 or maximum < 100:
        raise InvalidParameterException(
            f"minimumHealthyPercent is {minimum} and maximumPercent is {maximum}; "
            "the first may be at most 100, the second must be at least 100."
        )
    return minimum, maximum


def circuit_breaker(given: Mapping[str, Any]) -> CircuitBreaker:
    """The deploymentCircuitBreaker member (SS:D-20, SS:D-21). Raises InvalidParameterException."""
    threshold = given.get("thresholdConfiguration") or {}
    kind = reading.one_of(threshold, "type", THRESHOLDS, "BOUNDED_PERCENT")
    value = int(threshold.get("value", 50))
    if value < 1 or (kind != "COUNT" and value > 100):
        allowed = "1 or more" if kind == "COUNT" else "1 to 100"
        raise InvalidParameterException(f"The value of a {kind} threshold is {value}; it needs to be {allowed}.")
    resets = bool(given.get("resetOnHealthyTask", True))
    return CircuitBreaker(bool(given.get("enable")), bool(given.get("rollback")), resets, kind, value)


def alarms(given: Mapping[str, Any], before: DeploymentAlarms) -> DeploymentAlarms:
    """The alarms and bakeTimeInMinutes members (SS:D-32, SS:D-34). Raises InvalidParameterException.

    Model choice: a bake time counts with alarms alone.
    """
    asked = given.get("alarms")
    names, is_on, rolls_back, bake_ms = before.names, before.is_on, before.rolls_back, before.bake_ms
    if asked is not None:
        names = tuple(str(name) for name in asked["alarmNames"])
        is_on, rolls_back = bool(asked["enable"]), bool(asked["rollback"])
        if is_on and not 1 <= len(names) <= MOST_ALARMS:
            raise InvalidParameterException(f"alarmNames holds {len(names)} names; 1 to {MOST_ALARMS} are allowed.")
    if "bakeTimeInMinutes" in given:
        minutes = int(given["bakeTimeInMinutes"])
        if not 0 <= minutes <= LONGEST_BAKE_MIN:
            raise InvalidParameterException(
                f"bakeTimeInMinutes is {minutes}; it needs to be 0 to {LONGEST_BAKE_MIN} minutes."
            )
        bake_ms = minutes * 60_000
    return DeploymentAlarms(names, is_on, rolls_back, bake_ms)


def early_success(given: Mapping[str, Any]) -> EarlySuccess | None:
    """The earlySuccessCriteria member, None when they are off (SS:D-36). Raises InvalidParameterException."""
    if not given.get("enable"):
        return None
    if "healthyPercent" not in given or "sourceServiceRevisionCleanup" not in given:
        raise InvalidParameterException(
            "earlySuccessCriteria need healthyPercent and sourceServiceRevisionCleanup when they are enabled."
        )
    percent = int(given["healthyPercent"])
    if not 0 <= percent <= 100:
        raise InvalidParameterException(f"healthyPercent is {percent}; it needs to be 0 to 100.")
    cleanup = reading.one_of(given, "sourceServiceRevisionCleanup", CLEANUPS, "BLOCKING")
    return EarlySuccess(percent, cleanup == "DEFERRED")
