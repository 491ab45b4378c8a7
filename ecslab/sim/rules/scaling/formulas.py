"""The arithmetic of policies, exact (SS:A-12, SS:A-35 to SS:A-39)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from ecslab.sim.state.scaling import Step


def tracked(running: int, value: Fraction, target: Fraction) -> int:
    """How many tasks bring a metric to its target, rounded up (SS:A-12); from none the smallest amount (SS:A-17)."""
    if running == 0:
        return 1 if value > target else 0
    return -(-running * value // target)


def step_for(steps: Sequence[Step], beyond: Fraction) -> Step | None:
    """The step for how far a value is beyond the alarm's threshold (SS:A-36).

    Above the threshold the lower bound belongs to the step, below it the upper one does.
    """
    return next((step for step in steps if _holds(step, beyond)), None)


def _holds(step: Step, beyond: Fraction) -> bool:
    lower = None if step.lower is None else Fraction(step.lower)
    upper = None if step.upper is None else Fraction(step.upper)
    above = (lower is None or lower <= beyond) and (upper is None or beyond < upper)
    below = (lower is None or lower < beyond) and (upper is None or beyond <= upper)
    return (above and beyond >= 0) or (below and beyond <= 0)


def stepped(running: int, adjustment_type: str, adjustment: int, min_magnitude: int) -> int:
    """How many tasks a step adjustment leads to."""
    if adjustment_type == "ExactCapacity":
        return adjustment
    if adjustment_type == "ChangeInCapacity":
        return running + adjustment
    return running + percent_change(running, adjustment, min_magnitude)


def percent_change(running: int, percent: int, min_magnitude: int) -> int:
    """A change in percent: towards zero, but at least 1, and at least the minimum magnitude (SS:A-38, SS:A-39)."""
    exact = Fraction(running * percent, 100)
    if exact == 0:
        return 0
    size = max(int(abs(exact)), 1, min_magnitude)
    return size if exact > 0 else -size


def problem_of(steps: Sequence[Step]) -> str | None:
    """What is wrong with step adjustments, None when nothing is (SS:A-37)."""
    if not steps:
        return "StepAdjustments needs at least one step."
    if any(step.lower is None and step.upper is None for step in steps):
        return "A step cannot have neither a lower nor an upper bound."
    if sum(s.lower is None for s in steps) > 1 or sum(s.upper is None for s in steps) > 1:
        return "At most one step can have no lower bound, and at most one no upper bound."
    ordered = sorted(steps, key=lambda s: (s.lower is not None, Fraction(s.lower or 0)))
    if any(s.lower is not None and s.upper is not None and Fraction(s.lower) >= Fraction(s.upper) for s in steps):
        return "A step's lower bound must be less than its upper bound."
    for below, above in pairwise(ordered):
        if below.upper is None or above.lower is None or Fraction(below.upper) != Fraction(above.lower):
            return "Steps must not overlap and must not leave a gap."
    first, last = ordered[0].lower, ordered[-1].upper
    if first is not None and Fraction(first) < 0:
        return "With a negative lower bound, one step must have no lower bound."
    if last is not None and Fraction(last) > 0:
        return "With a positive upper bound, one step must have no upper bound."
    return None
