"""Policy documents: from JSON text to statements, and what is wrong with a text that is none.

Source: IC:I-62 to IC:I-65; https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html, as of
2026-09-11.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ecslab.sim import written
from ecslab.sim.errors.iam import MalformedPolicyDocument

VERSIONS = ("2012-10-17", "2008-10-17")
OPERATORS = (
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "ArnLike",
    "ArnNotLike",
    "ArnEquals",
    "ArnNotEquals",
    "Bool",
    "IpAddress",
    "NotIpAddress",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "Null",
)
_SETS = ("ForAnyValue:", "ForAllValues:")
_ACTION = re.compile(r"\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+")
_MEMBERS = ("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition")


@dataclass(frozen=True, slots=True)
class Condition:
    """One key of a condition block: the operator without its suffix, and the values of which one must match.

    `if_exists` is true for `...IfExists`; `quantifier` is ForAnyValue, ForAllValues or empty.
    """

    operator: str
    key: str
    values: tuple[str, ...]
    if_exists: bool = False
    quantifier: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement; of each pair (actions and not_actions, ...) one is filled. `principals` is None without any."""

    index: int
    sid: str | None
    allows: bool
    actions: tuple[str, ...]
    not_actions: tuple[str, ...]
    resources: tuple[str, ...]
    not_resources: tuple[str, ...]
    principals: tuple[tuple[str, str], ...] | None
    not_principals: tuple[tuple[str, str], ...] | None
    conditions: tuple[Condition, ...]


@lru_cache(maxsize=1024)
def statements(text: str) -> tuple[Statement, ...]:
    """The statements of a document that `check` has accepted, in their order."""
    found = _listed(written.json_value(text)["Statement"])
    return tuple(_statement(index, data) for index, data in enumerate(found))


def check_identity(text: str) -> None:
    """A policy of a role: actions and resources, no principal. Raises MalformedPolicyDocument in IAM's words."""
    for data in _checked(text):
        if "Principal" in data or "NotPrincipal" in data:
            raise MalformedPolicyDocument("Policy document should not specify a principal.")
        if "Resource" not in data and "NotResource" not in data:
            raise MalformedPolicyDocument("Policy statement must contain resources.")


def check_trust(text: str) -> None:
    """A role's trust policy: principals and sts actions, no resource. Raises MalformedPolicyDocument."""
    for data in _checked(text):
        if "Resource" in data or "NotResource" in data:
            raise MalformedPolicyDocument("Has prohibited field Resource")
        if "Principal" not in data and "NotPrincipal" not in data:
            raise MalformedPolicyDocument("Missing required field Principal")
        for action in _texts(data.get("Action", data.get("NotAction"))):
            if not action.lower().startswith("sts:") and action != "*":
                raise MalformedPolicyDocument("AssumeRole policy may only specify STS AssumeRole actions.")


def check_resource(text: str) -> None:
    """A policy of a resource: it names principals. Raises MalformedPolicyDocument."""
    for data in _checked(text):
        if "Principal" not in data and "NotPrincipal" not in data:
            raise MalformedPolicyDocument("Missing required field Principal")


def _checked(text: str) -> list[Mapping[str, Any]]:
    document = written.json_value(text)
    if not isinstance(document, Mapping):
        raise MalformedPolicyDocument("This policy contains invalid Json")
    if document.get("Version", VERSIONS[0]) not in VERSIONS or not document.get("Statement"):
        raise MalformedPolicyDocument("Syntax errors in policy.")
    found = _listed(document["Statement"])
    for data in found:
        _check_statement(data)
    return found


def _check_statement(data: Any) -> None:
    if not isinstance(data, Mapping) or data.get("Effect") not in ("Allow", "Deny"):
        raise MalformedPolicyDocument("Syntax errors in policy.")
    if not isinstance(data.get("Sid", ""), str):
        raise MalformedPolicyDocument("Syntax errors in policy.")
    if unknown := [name for name in data if name not in _MEMBERS]:
        raise MalformedPolicyDocument(f"Syntax errors in policy. A statement has no {str(unknown[0])[:64]}.")
    if ("Action" in data) == ("NotAction" in data):
        raise MalformedPolicyDocument("Policy statement must contain actions.")
    texts = [data[name] for name in ("Action", "NotAction", "Resource", "NotResource") if name in data]
    if ("Resource" in data and "NotResource" in data) or not all(_are_texts(value) for value in texts):
        raise MalformedPolicyDocument("Syntax errors in policy.")
    _check_names(data)
    _check_principal(data.get("Principal", data.get("NotPrincipal", "*")))
    _check_conditions(data.get("Condition", {}))


def _check_names(data: Mapping[str, Any]) -> None:
    for action in _texts(data.get("Action", data.get("NotAction"))):
        if not _ACTION.fullmatch(action):
            raise MalformedPolicyDocument(
                "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc. "
                f"{action[:64]!r} is not service:Action."
            )
    for resource in _texts(data.get("Resource", data.get("NotResource", []))):
        if resource != "*" and not resource.startswith(("arn:", "*")):
            raise MalformedPolicyDocument(f'Resource {resource[:200]} must be in ARN format or "*".')


def _check_principal(value: Any) -> None:
    if value == "*":
        return
    if not isinstance(value, Mapping) or not value:
        raise MalformedPolicyDocument("Invalid principal in policy.")
    for kind, names in value.items():
        if kind not in ("AWS", "Service", "Federated", "CanonicalUser") or not _are_texts(names):
            raise MalformedPolicyDocument("Invalid principal in policy.")


def _check_conditions(block: Any) -> None:
    if not isinstance(block, Mapping):
        raise MalformedPolicyDocument("Syntax errors in policy.")
    for operator, keys in block.items():
        if _plain(str(operator))[0] not in OPERATORS:
            raise MalformedPolicyDocument(f"Invalid Condition type : {str(operator)[:64]}.")
        if not isinstance(keys, Mapping) or not all(_are_values(value) for value in keys.values()):
            raise MalformedPolicyDocument("Syntax errors in policy.")


def _plain(operator: str) -> tuple[str, bool, str]:
    """The operator, whether it says IfExists, and its quantifier."""
    quantifier = next((name for name in _SETS if operator.startswith(name)), "")
    name = operator.removeprefix(quantifier)
    return name.removesuffix("IfExists"), name.endswith("IfExists"), quantifier.removesuffix(":")


def _statement(index: int, data: Mapping[str, Any]) -> Statement:
    return Statement(
        index=index,
        sid=data.get("Sid"),
        allows=data["Effect"] == "Allow",
        actions=_texts(data.get("Action", [])),
        not_actions=_texts(data.get("NotAction", [])),
        resources=_texts(data.get("Resource", [])),
        not_resources=_texts(data.get("NotResource", [])),
        principals=_principals(data.get("Principal")),
        not_principals=_principals(data.get("NotPrincipal")),
        conditions=tuple(_conditions(data.get("Condition", {}))),
    )


def _principals(value: Any) -> tuple[tuple[str, str], ...] | None:
    if value is None:
        return None
    if value == "*":
        return (("AWS", "*"),)
    return tuple((str(kind), name) for kind, names in value.items() for name in _texts(names))


def _conditions(block: Mapping[str, Any]) -> list[Condition]:
    found = []
    for spelled, keys in block.items():
        operator, if_exists, quantifier = _plain(str(spelled))
        found += [Condition(operator, str(k), texts_of(values), if_exists, quantifier) for k, values in keys.items()]
    return found


def texts_of(value: Any) -> tuple[str, ...]:
    """Values of a condition or of the request's context as texts: `true` and `false` for booleans (IC:I-64)."""
    return tuple(str(item).lower() if isinstance(item, bool) else str(item) for item in _listed(value))


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(str(item) for item in _listed(value))


def _are_values(value: Any) -> bool:
    found = _listed(value)
    return bool(found) and all(isinstance(item, str | int | float) for item in found)


def _are_texts(value: Any) -> bool:
    return bool(value) and all(isinstance(item, str) for item in _listed(value))


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]
