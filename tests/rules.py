"""`@rule("PN:P-20")` on a test names the rules that it shows; the ledger of fidelity is made from these."""

from __future__ import annotations

import pytest


def rule(*ids: str) -> pytest.MarkDecorator:
    """Mark a test, a class or (as `pytestmark`) a module with the ids of the rules that it shows."""
    return pytest.mark.rule(*ids)
