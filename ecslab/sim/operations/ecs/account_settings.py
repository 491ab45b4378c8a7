"""PutAccountSetting, PutAccountSettingDefault, ListAccountSettings: ENI trunking for instances to come (PN:N-32).

Model choice: the account has one administrator, so a setting holds for every principal; a setting for one role alone
is refused by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecslab.sim.changes import account_changes, journal
from ecslab.sim.errors.common import InvalidParameterException
from ecslab.sim.rules.capacity.registering import TRUNKING
from ecslab.sim.world import World

DEFAULTS = {TRUNKING: "disabled"}


def put_account_setting(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Switch a setting for the whole account, as its administrator does."""
    root = world.ids.global_arn("iam", "root")
    if parameters.get("principalArn", root) != root:
        raise InvalidParameterException(
            "principalArn is not simulated yet; leave it out, and the setting holds for the whole account."
        )
    return put_account_setting_default(world, parameters, "ecs:PutAccountSetting")


def put_account_setting_default(
    world: World, parameters: Mapping[str, Any], call: str = "ecs:PutAccountSettingDefault"
) -> dict[str, Any]:
    """Switch a setting; instances that are registered already stay as they are (PN:N-32)."""
    name, value = str(parameters["name"]), str(parameters["value"])
    _check_name(name)
    if value not in ("enabled", "disabled"):
        raise InvalidParameterException(f"value is {value!r}; {name} is enabled or disabled.")
    account_changes.account_setting_put(world, name, value)
    journal.call_made(world, call, name, None)
    return {"setting": _shape(world, name, value)}


def list_account_settings(world: World, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that were put; with `effectiveSettings` also those that nobody touched."""
    settings = {**(DEFAULTS if parameters.get("effectiveSettings") else {}), **world.account_settings}
    if name := parameters.get("name"):
        _check_name(str(name))
        settings = {key: value for key, value in settings.items() if key == name}
    wanted = parameters.get("value")
    return {"settings": [_shape(world, name, value) for name, value in settings.items() if wanted in (None, value)]}


def _check_name(name: str) -> None:
    if name not in DEFAULTS:
        raise InvalidParameterException(f"The setting {name} is not simulated yet; {', '.join(DEFAULTS)} is.")


def _shape(world: World, name: str, value: str) -> dict[str, Any]:
    return {"name": name, "value": value, "principalArn": world.ids.global_arn("iam", "root"), "type": "user"}
