"""Core law 9: the world is written in changes/ alone."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SIM = Path(__file__).parents[2] / "ecslab" / "sim"
READERS = sorted([*SIM.glob("rules/**/*.py"), *SIM.glob("operations/**/*.py"), SIM / "timeline.py"])


def targets(node: ast.AST) -> list[ast.expr]:
    """What a statement assigns to."""
    if isinstance(node, ast.Assign):
        return node.targets
    if isinstance(node, ast.Delete):
        return node.targets
    return [node.target] if isinstance(node, (ast.AugAssign, ast.AnnAssign)) else []


def holder(target: ast.expr) -> ast.expr:
    """What an assignment changes: of `x.y[1][2]` it is `x.y`."""
    while isinstance(target, ast.Subscript):
        target = target.value
    return target


@pytest.mark.parametrize("path", READERS, ids=lambda p: str(p.relative_to(SIM)))
def test_rules_and_operations_assign_no_attribute_of_another_object(path: Path) -> None:
    """An assignment to `x.y`, or into it, is allowed only on `self`."""
    written = [
        f"{path.name}:{target.lineno} {ast.unparse(target)}"
        for node in ast.walk(ast.parse(path.read_text()))
        for target in map(holder, targets(node))
        if isinstance(target, ast.Attribute)
        if not (isinstance(target.value, ast.Name) and target.value.id == "self")
    ]
    allowed = {"simulation.world.watched_decision"}
    assert [w for w in written if w.split(" ", 1)[1] not in allowed] == []
