"""Launch templates and their versions (SS:C-2, SS:C-20).

What a template orders is judged when it is made, as far as it says something; the rest when something is launched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ecslab.sim.changes import group_changes, journal
from ecslab.sim.errors.common import InvalidParameterValue, ResourceInUse
from ecslab.sim.errors.ec2 import LaunchTemplateAlreadyExists
from ecslab.sim.operations.ec2.filters import tags_of
from ecslab.sim.operations.ecs.shapes import moment, present
from ecslab.sim.rules.capacity import templates
from ecslab.sim.state.capacity import LaunchTemplate, LaunchTemplateVersion
from ecslab.sim.world import World

Parameters = Mapping[str, Any]
NAME = re.compile(r"[a-zA-Z0-9().\-/_]{3,128}", re.ASCII)


def create_launch_template(world: World, parameters: Parameters) -> dict[str, Any]:
    """A launch template with its first version."""
    name = str(parameters["LaunchTemplateName"])
    if not NAME.fullmatch(name):
        raise InvalidParameterValue(
            f"LaunchTemplateName is {name[:128]!r}; it needs 3 to 128 letters, digits and ( ) . - / _ characters."
        )
    if any(template.name == name for template in world.launch_templates.values()):
        raise LaunchTemplateAlreadyExists("Launch template name already in use.")
    _judge(world, parameters["LaunchTemplateData"])
    template = LaunchTemplate(world.ids.prefixed("lt"), name, world.now_ms, tags=tags_of(parameters, "launch-template"))
    group_changes.template_made(world, template)
    group_changes.template_version_made(world, template, _version(world, template, parameters, {}))
    journal.call_made(world, "ec2:CreateLaunchTemplate", template.id, None, name=name)
    return {"LaunchTemplate": _shape(world, template)}


def _judge(world: World, data: Parameters) -> None:
    """Judge what a template says by ordering an instance of it, where it says enough for one."""
    subnet = next(iter(world.subnets.values()))
    groups = [world.security_groups[g] for g in data.get("SecurityGroupIds") or [] if g in world.security_groups]
    if groups:
        subnet = next((s for s in world.subnets.values() if s.vpc_id == groups[0].vpc_id), subnet)
    if "ImageId" in data and "InstanceType" in data:
        templates.order(world, data, subnet, group=None, template=None)


def _version(
    world: World, template: LaunchTemplate, parameters: Parameters, source: Parameters
) -> LaunchTemplateVersion:
    data = {**source, **parameters["LaunchTemplateData"]}
    number = len(template.versions) + 1
    return LaunchTemplateVersion(number, world.now_ms, data, parameters.get("VersionDescription"))


def create_launch_template_version(world: World, parameters: Parameters) -> dict[str, Any]:
    """One version more, over a source version where one is named."""
    template = templates.find(world, parameters)
    source: Parameters = {}
    if "SourceVersion" in parameters:
        source = templates.version(template, str(parameters["SourceVersion"])).data
    version = _version(world, template, parameters, source)
    _judge(world, version.data)
    group_changes.template_version_made(world, template, version)
    journal.call_made(world, "ec2:CreateLaunchTemplateVersion", template.id, None, name=template.name)
    return {"LaunchTemplateVersion": _version_shape(world, template, version)}


def modify_launch_template(world: World, parameters: Parameters) -> dict[str, Any]:
    """Another version becomes the default one."""
    template = templates.find(world, parameters)
    if "DefaultVersion" in parameters:
        version = templates.version(template, str(parameters["DefaultVersion"]))
        group_changes.template_default_set(world, template, version.number)
    journal.call_made(world, "ec2:ModifyLaunchTemplate", template.id, None, name=template.name)
    return {"LaunchTemplate": _shape(world, template)}


def delete_launch_template(world: World, parameters: Parameters) -> dict[str, Any]:
    """A template that no group launches from is gone.

    Model choice: AWS lets it go and the group fails to launch; the lab refuses, so that the mistake is seen at once.
    """
    template = templates.find(world, parameters)
    users = [g.name for g in world.auto_scaling_groups.values() if g.template.id == template.id]
    if users:
        raise ResourceInUse(f"The launch template {template.id} is used by the Auto Scaling group {users[0]}.")
    group_changes.template_deleted(world, template)
    journal.call_made(world, "ec2:DeleteLaunchTemplate", template.id, None, name=template.name)
    return {"LaunchTemplate": _shape(world, template)}


def describe_launch_templates(world: World, parameters: Parameters) -> dict[str, Any]:
    """Launch templates by id or name, all when none is named."""
    ids, names = parameters.get("LaunchTemplateIds") or [], parameters.get("LaunchTemplateNames") or []
    for identifier in ids:
        templates.find(world, {"LaunchTemplateId": identifier})
    for name in names:
        templates.find(world, {"LaunchTemplateName": name})
    found = [t for t in world.launch_templates.values() if not (ids or names) or t.id in ids or t.name in names]
    return {"LaunchTemplates": [_shape(world, template) for template in found]}


def describe_launch_template_versions(world: World, parameters: Parameters) -> dict[str, Any]:
    """The versions of a template, newest first, or those named."""
    template = templates.find(world, parameters)
    named = [str(version) for version in parameters.get("Versions") or []]
    if named:
        found = [templates.version(template, version) for version in named]
    else:
        found = list(reversed(template.versions.values()))
    return {"LaunchTemplateVersions": [_version_shape(world, template, version) for version in found]}


def _shape(world: World, template: LaunchTemplate) -> dict[str, Any]:
    return {
        "LaunchTemplateId": template.id,
        "LaunchTemplateName": template.name,
        "CreateTime": moment(world, template.created_at_ms),
        "CreatedBy": world.ids.global_arn("iam", "root"),
        "DefaultVersionNumber": template.default_version,
        "LatestVersionNumber": template.latest_version,
        "Tags": template.tags,
    }


def _version_shape(world: World, template: LaunchTemplate, version: LaunchTemplateVersion) -> dict[str, Any]:
    return present(
        {
            "LaunchTemplateId": template.id,
            "LaunchTemplateName": template.name,
            "VersionNumber": version.number,
            "VersionDescription": version.description,
            "CreateTime": moment(world, version.created_at_ms),
            "CreatedBy": world.ids.global_arn("iam", "root"),
            "DefaultVersion": version.number == template.default_version,
            "LaunchTemplateData": version.data,
        }
    )
