"""Any call that the lab simulates, as a form made from AWS's service model: a field for each member."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from django import forms

from ecslab.aws import model
from ecslab.aws.skeleton import skeleton
from ecslab.aws.text_to_data import Unreadable, data_of
from ecslab.labs.forms.base import Call, RequestForm
from ecslab.sim.world import World

WHOLE = "whole_request"
"""The field for the whole request as JSON; no member of AWS has its name."""
MAX_TEXT = 200_000
_NUMBERS = ("integer", "long", "float", "double")
_KINDS = {
    "structure": "an object, as JSON or YAML",
    "list": "a list, as JSON or YAML",
    "map": "names and values, as JSON or YAML",
    "timestamp": "a moment such as 2026-01-05T00:00:00Z",
    "blob": "text",
    "boolean": "true or false",
    "integer": "a whole number",
    "long": "a whole number",
    "float": "a number",
    "double": "a number",
    "string": "text",
}


def operations() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every simulated operation as choices: for each service its changes, then its reads."""
    groups: list[tuple[str, list[tuple[str, str]]]] = []
    for service in model.SERVICES:
        names = model.supported_operations(service)
        for kind, reads in (("change", False), ("look", True)):
            told = [(f"{service}:{n}", n) for n in names if model.is_read_only(service, n) is reads]
            if told:
                groups.append((f"{service}, to {kind}", told))
    return groups


def is_simulated(service: str, operation: str) -> bool:
    """Whether a call can be made by this form."""
    return service in model.SERVICES and model.supported(service, operation)


class AwsCall(RequestForm):
    """One call of any simulated operation; what is left empty is left out of the request."""

    title = "Make the call"
    template_name = "labs/parts/call_fields.html"

    def __init__(self, data: Mapping[str, Any] | None = None, *, world: World, call: str, **kwargs: Any) -> None:
        self.service, _, self.operation = call.partition(":")
        super().__init__(data, world=world, **kwargs)

    def _prepare(self) -> None:
        """A field for each member of the request, those that are required first, and one for the whole request."""
        shape = model.input_shape(self.service, self.operation)
        members = dict(shape.members) if shape is not None else {}
        required = list(shape.required_members) if shape is not None else []
        for name in [*required, *(n for n in members if n not in required)]:
            self.fields[name] = _field(name, members[name], is_required=name in required)
        self.fields[WHOLE] = forms.CharField(
            label="The whole request as JSON or YAML",
            required=False,
            max_length=MAX_TEXT,
            strip=False,
            widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
            help_text="Instead of the fields above, when it is filled in.",
        )

    @property
    def member_fields(self) -> list[forms.BoundField]:
        """The fields of the members."""
        return [self[name] for name in self.fields if name != WHOLE]

    @property
    def held(self) -> list[tuple[str, list[str]]]:
        """What the lab holds for the members that name something: the list's id and its names."""
        names = (name.lower() for name in self.fields if name.lower() in _HELD)
        return [(f"held-{name}", _HELD[name](self.world)) for name in names]

    @property
    def whole_field(self) -> forms.BoundField:
        """The field for the whole request."""
        return self[WHOLE]

    @property
    def example(self) -> str:
        """A request with every member, to write over."""
        shape = model.input_shape(self.service, self.operation)
        return json.dumps(skeleton(shape) if shape is not None else {}, indent=2)

    def clean(self) -> dict[str, Any]:
        """The request; a member that cannot be read is told at its field."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        whole = cleaned.get(WHOLE) or ""
        self.request: dict[str, Any] = {}
        if whole.strip():
            self._read_whole(whole)
            return cleaned
        shape = model.input_shape(self.service, self.operation)
        for name, member in (shape.members if shape is not None else {}).items():
            text = cleaned.get(name) or ""
            if text.strip():
                self._read(name, member, text)
        return cleaned

    def _read_whole(self, text: str) -> None:
        try:
            found = data_of(text)
        except Unreadable as unreadable:
            self.add_error(WHOLE, f"The request cannot be read: {unreadable}")
            return
        if not isinstance(found, dict):
            self.add_error(WHOLE, "A request is an object with its members by name, such as {}.")
            return
        self.request = {str(name): value for name, value in found.items()}

    def _read(self, name: str, shape: Any, text: str) -> None:
        try:
            self.request[name] = _value(shape, text)
        except Unreadable as unreadable:
            self.add_error(name, f"{name} cannot be read: {unreadable}")

    def to_command(self) -> Call:
        """The call with the members that were filled in."""
        return self.service, self.operation, self.request


def _field(name: str, shape: Any, *, is_required: bool) -> forms.Field:
    """A member as a field; the lab says that a required one is missing, since the whole request may stand instead."""
    help_text = f"{'Required' if is_required else 'Optional'}: {_KINDS.get(shape.type_name, shape.type_name)}."
    shared: dict[str, Any] = {"label": name, "required": False, "help_text": help_text, "max_length": MAX_TEXT}
    if shape.type_name in ("structure", "list", "map"):
        example = json.dumps(skeleton(shape, 2))
        attributes = {"rows": 3, "spellcheck": "false", "placeholder": example[:300]}
        return forms.CharField(strip=False, widget=forms.Textarea(attrs=attributes), **shared)
    values = ("true", "false") if shape.type_name == "boolean" else tuple(getattr(shape, "enum", None) or ())
    if values:
        choices = [("", "left out"), *((value, value) for value in values)]
        return forms.CharField(widget=forms.Select(choices=choices), **shared)
    attributes = {"autocomplete": "off", **({"inputmode": "decimal"} if shape.type_name in _NUMBERS else {})}
    if name.lower() in _HELD:
        attributes["list"] = f"held-{name.lower()}"
    return forms.CharField(widget=forms.TextInput(attrs=attributes), **shared)


def _value(shape: Any, text: str) -> Any:
    """The value of one member. Raises Unreadable."""
    kind = shape.type_name
    if kind in ("structure", "list", "map"):
        return data_of(text)
    if kind == "boolean":
        return {"true": True, "false": False}.get(text.strip().lower(), text)
    if kind in _NUMBERS:
        found = data_of(text)
        return text if isinstance(found, dict | list) else found
    return text


_HELD: dict[str, Callable[[World], list[str]]] = {
    "cluster": lambda world: [c.name for c in world.clusters.values() if c.status == "ACTIVE"],
    "taskdefinition": lambda world: [d.name for d in world.task_definitions.values() if d.status == "ACTIVE"][::-1],
    "service": lambda world: [s.name for s in world.services.values() if s.status == "ACTIVE"],
    "task": lambda world: [t.id for t in world.tasks.values()],
    "instance": lambda world: [i.id for i in world.container_instances.values() if i.status != "INACTIVE"],
    "containerinstance": lambda world: [i.id for i in world.container_instances.values() if i.status != "INACTIVE"],
    "capacityprovider": lambda world: [*world.capacity_providers],
    "autoscalinggroupname": lambda world: [*world.auto_scaling_groups],
    "loadbalancer": lambda world: [b.name for b in world.load_balancers.values()],
    "loadbalancerarn": lambda world: [*world.load_balancers],
    "targetgrouparn": lambda world: [*world.target_groups],
    "listenerarn": lambda world: [*world.listeners],
    "zone": lambda world: list(world.zones),
    "vpcid": lambda world: list(world.vpcs),
    "subnetid": lambda world: list(world.subnets),
    "groupid": lambda world: list(world.security_groups),
}
"""What a lab holds of the kind that a member names, by the member's name in small letters."""
