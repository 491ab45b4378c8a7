"""Where tasks are to run: a launch type, a capacity provider strategy, or the cluster's (SS:C-50 to SS:C-52)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecslab.sim.data.tables import LIMITS
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.operations import reading
from ecslab.sim.rules import providers
from ecslab.sim.state.capacity import StrategyItem
from ecslab.sim.state.cluster import Cluster
from ecslab.sim.state.task_definition import TaskDefinition
from ecslab.sim.world import World

NOT_ASSOCIATED = (
    "The specified capacity provider strategy cannot contain a capacity provider that is not associated with the "
    "cluster. Associate the capacity provider with the cluster or specify a valid capacity provider and try again."
)
MIXED = (
    "A capacity provider strategy cannot contain a mix of capacity providers using Auto Scaling groups and Fargate "
    "providers. Specify one or the other and try again."
)
NOT_FOUND = "The specified capacity provider was not found. Specify a valid capacity provider and try again."

Strategy = tuple[StrategyItem, ...]


def capacity(
    world: World, cluster: Cluster, parameters: Mapping[str, Any], definition: TaskDefinition
) -> tuple[str, Strategy]:
    """EC2 or FARGATE, and the strategy that shares tasks out there; no strategy with a launch type (SS:C-51, PN:P-3).

    The cluster's default strategy counts where a call names neither.
    """
    given = parameters.get("capacityProviderStrategy")
    if given and "launchType" in parameters:
        raise InvalidParameterException(
            "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again."
        )
    if "launchType" in parameters:
        return reading.launch_type(parameters, definition), ()
    strategy = read(world, cluster.capacity_providers, given) if given else cluster.default_strategy
    if not strategy:
        return reading.launch_type(parameters, definition), ()
    kind = "FARGATE" if providers.is_fargate(strategy) else "EC2"
    reading.judge_kind(definition, kind)
    return kind, strategy


def read(world: World, associated: Sequence[str], items: Sequence[Mapping[str, Any]]) -> tuple[StrategyItem, ...]:
    """The items of a strategy, judged (SS:C-52). Raises InvalidParameterException."""
    found = tuple(
        StrategyItem(
            providers.name_of(str(item["capacityProvider"])), int(item.get("base", 0)), int(item.get("weight", 0))
        )
        for item in items
    )
    if len(found) > LIMITS["strategy.items"]:
        raise InvalidParameterException(
            f"The capacity provider strategy has {len(found)} items; at most {LIMITS['strategy.items']} are allowed."
        )
    for item in found:
        _judge_item(world, associated, item)
    _judge_together(found)
    return found


def _judge_item(world: World, associated: Sequence[str], item: StrategyItem) -> None:
    if not providers.exists(world, item.provider):
        raise InvalidParameterException(NOT_FOUND)
    if item.provider not in associated:
        raise InvalidParameterException(NOT_ASSOCIATED)
    if not 0 <= item.base <= LIMITS["strategy.base"] or not 0 <= item.weight <= LIMITS["strategy.weight"]:
        raise InvalidParameterException(
            f"base is {item.base} and weight is {item.weight}; base goes from 0 to {LIMITS['strategy.base']}, weight "
            f"from 0 to {LIMITS['strategy.weight']}."
        )


def _judge_together(found: Sequence[StrategyItem]) -> None:
    names = [item.provider for item in found]
    if len(dict.fromkeys(names)) < len(names):
        raise InvalidParameterException("The capacity provider strategy names a capacity provider twice.")
    if len({name in providers.PREDEFINED for name in names}) > 1:
        raise InvalidParameterException(MIXED)
    if sum(1 for item in found if item.base) > 1:
        raise InvalidParameterException("Only one item of a capacity provider strategy can have a base.")
    if len(found) > 1 and not any(item.weight for item in found):
        raise InvalidParameterException(
            "The capacity provider strategy has several items and every weight is 0; give one of them a weight above 0."
        )
