"""Finding roles, policies and profiles, and the roles that a new account has.

Source: IC:I-3, IC:I-5, IC:I-8, IC:I-12, IC:I-26;
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-service-linked-roles.html, as of 2026-09-11.
"""

from __future__ import annotations

import json
import re
from typing import Any

from ecslab.sim.changes import role_changes
from ecslab.sim.data.managed_policies import MANAGED_POLICIES
from ecslab.sim.errors.iam import NoSuchEntity
from ecslab.sim.ids import ACCOUNT
from ecslab.sim.rules.iam import documents, matching
from ecslab.sim.state.roles import InstanceProfile, Role
from ecslab.sim.world import World

NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
_ARN = re.compile(r"arn:aws:iam::(\d{12}):role(/[!-~]*)?/([\w+=,.@-]{1,64})", re.ASCII)
TASKS_SERVICE = "ecs-tasks.amazonaws.com"
ECS_SERVICE = "ecs.amazonaws.com"
DEFAULT_PROFILE = "ecsInstanceRole"
"""The profile, and the role in it, that capacity gets when none is named."""
SERVICE_LINKED = {
    ECS_SERVICE: ("AWSServiceRoleForECS", "AmazonECSServiceRolePolicy"),
    "ecs.application-autoscaling.amazonaws.com": (
        "AWSServiceRoleForApplicationAutoScaling_ECSService",
        "AWSApplicationAutoscalingECSServicePolicy",
    ),
    "autoscaling.amazonaws.com": ("AWSServiceRoleForAutoScaling", None),
    "elasticloadbalancing.amazonaws.com": ("AWSServiceRoleForElasticLoadBalancing", None),
    "spot.amazonaws.com": ("AWSServiceRoleForEC2Spot", None),
}
"""Service-linked roles by the service that assumes them: the role's name and its policy, where the lab has it."""


def open_identity(world: World) -> None:
    """What a new account has: the service-linked roles, and the instance profile with its role (IC:I-3, IC:I-5)."""
    for service in list(SERVICE_LINKED)[:4]:
        make_service_linked(world, service)
    policy = "arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role"
    trust = trust_of("ec2.amazonaws.com")
    role_changes.role_created(world, new_role(world, DEFAULT_PROFILE, "/", trust, attached=[policy]))
    profile = InstanceProfile(
        DEFAULT_PROFILE,
        world.ids.global_arn("iam", f"instance-profile/{DEFAULT_PROFILE}"),
        new_id(world, "AIPA"),
        "/",
        roles=[DEFAULT_PROFILE],
    )
    role_changes.profile_created(world, profile)


def make_service_linked(world: World, service: str, description: str | None = None) -> Role:
    """The service-linked role of an AWS service (IC:I-5)."""
    name, policy = SERVICE_LINKED[service]
    attached = [f"arn:aws:iam::aws:policy/aws-service-role/{policy}"] if policy else []
    path = f"/aws-service-role/{service}/"
    made = new_role(world, name, path, trust_of(service), service=service, attached=attached, description=description)
    role_changes.role_created(world, made)
    return made


def ensure_service_linked(world: World, service: str) -> None:
    """The first call that needs a service-linked role makes it (IC:I-5)."""
    if SERVICE_LINKED[service][0] not in world.roles:
        make_service_linked(world, service)


def trust_of(service: str) -> str:
    """The trust policy that lets one AWS service assume a role."""
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": documents.VERSIONS[0], "Statement": [statement]})


def new_role(world: World, name: str, path: str, trust: str, **members: Any) -> Role:
    """A role that is not yet in the world."""
    arn = world.ids.global_arn("iam", f"role{path}{name}")
    return Role(name, arn, new_id(world, "AROA"), path, trust, created_at_ms=world.now_ms, **members)


def new_id(world: World, prefix: str) -> str:
    """The next unique id of IAM: four letters that say of what, and seventeen characters."""
    return f"{prefix}{world.ids.serial(prefix):017X}"


def name_of(reference: str) -> str:
    """The name in a role's or profile's ARN, or the name itself."""
    return reference.rpartition("/")[2]


def is_reference(reference: str) -> bool:
    """Whether a text is a role's ARN or a role's name, as task definitions take them."""
    return bool(_ARN.fullmatch(reference) or NAME.fullmatch(reference))


def find(world: World, reference: str | None) -> Role | None:
    """A role of this account by ARN or name; an ARN has to be right as a whole, path included."""
    if not reference:
        return None
    role = world.roles.get(name_of(reference))
    return role if role and reference in (role.arn, role.name) else None


def role(world: World, reference: str) -> Role:
    """A role by ARN or name. Raises NoSuchEntity."""
    found = find(world, reference)
    if found is None:
        raise NoSuchEntity(f"The role with name {name_of(reference)} cannot be found.")
    return found


def arn_of(world: World, reference: str) -> str:
    """The ARN that a role's name or ARN stands for, whether the role exists or not."""
    if reference.startswith("arn:"):
        return reference
    found = world.roles.get(reference)
    return found.arn if found else world.ids.global_arn("iam", f"role/{reference}")


def document_of(world: World, policy_arn: str) -> tuple[str, str] | None:
    """Name and document of a managed policy: AWS's own or the account's default version; None when there is none."""
    if policy_arn in MANAGED_POLICIES:
        aws = MANAGED_POLICIES[policy_arn]
        return aws.name, aws.document
    own = world.policies.get(policy_arn)
    return (own.name, own.versions[own.default_version].document) if own else None


def trusts(world: World, found: Role, service: str) -> bool:
    """Whether an AWS service may assume a role: its trust policy allows it and denies it nowhere (IC:I-12, IC:I-36)."""
    context = {"aws:SourceAccount": [ACCOUNT], "aws:SourceArn": [world.ids.arn("ecs", "*")]}
    request = matching.Request("sts:AssumeRole", found.arn, context, (("Service", service),))
    hits = [s for s in documents.statements(found.trust) if matching.applies(s, request)]
    return bool(hits) and all(s.allows for s in hits)


def unassumable(world: World, *references: str | None) -> str | None:
    """AWS's sentence about the first of a task's roles that does not exist or does not trust ecs-tasks (IC:I-43)."""
    for reference in references:
        found = find(world, reference)
        if reference and (found is None or not trusts(world, found, TASKS_SERVICE)):
            return (
                f"ECS was unable to assume the role '{arn_of(world, reference)}' that was provided for this task. "
                "Please verify that the role being passed has the proper trust relationship and permissions and that "
                "your IAM user has permissions to pass this role."
            )
    return None


def instance_role(world: World, profile_arn: str | None) -> Role | None:
    """The role that an instance's profile gives it, None without profile, without role or without trust (IC:I-3)."""
    profile = world.instance_profiles.get(name_of(profile_arn)) if profile_arn else None
    found = world.roles.get(profile.roles[0]) if profile and profile.roles else None
    return found if found and trusts(world, found, "ec2.amazonaws.com") else None
