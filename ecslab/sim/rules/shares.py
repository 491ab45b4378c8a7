"""How a capacity provider strategy shares tasks out: base first, then by weight (SS:C-53 to SS:C-56).

It works on whole numbers: a provider's deficit `n*w/W - a` is told multiplied by W, the sum of the weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ecslab.sim.state.capacity import StrategyItem


def next_provider(strategy: Sequence[StrategyItem], counts: Mapping[str, int]) -> str:
    """The provider that gets the next task, when each has so many already (SS:C-55)."""
    for item in strategy:
        if counts.get(item.provider, 0) < item.base:
            return item.provider
    total = sum(item.weight for item in strategy)
    number = sum(_above_base(item, counts) for item in strategy) + 1
    eligible = [item for item in strategy if item.weight] or list(strategy)
    return max(eligible, key=lambda i: number * i.weight - _above_base(i, counts) * total).provider


def _above_base(item: StrategyItem, counts: Mapping[str, int]) -> int:
    return max(0, counts.get(item.provider, 0) - item.base)


def surplus(strategy: Sequence[StrategyItem], counts: Mapping[str, int]) -> dict[str, int]:
    """How far each provider is above its share, times the sum of the weights; base tasks are far below (SS:C-56)."""
    total = sum(item.weight for item in strategy)
    number = sum(_above_base(item, counts) for item in strategy)
    found: dict[str, int] = {}
    for item in strategy:
        above = _above_base(item, counts)
        only_base = item.base > 0 and above == 0
        found[item.provider] = -(number + 1) * max(1, total) if only_base else above * total - number * item.weight
    return found
