"""What a task needs before its containers run, fetched with its roles: registry login, secrets, files, images, logs.

In the order of IC:R-2. Each check answers with AWS's stoppedReason, or None. Which words a missing permission takes
depends on who does the work: Fargate's agent or that of an instance (IC:I-45 to IC:I-49).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ecslab.sim.changes import supply_changes
from ecslab.sim.ids import ACCOUNT
from ecslab.sim.rules.iam import identities
from ecslab.sim.rules.iam.evaluate import Answer
from ecslab.sim.rules.iam.identities import NO_PROVIDERS, Identity
from ecslab.sim.state.supplies import LogGroup, LogStream, Secret
from ecslab.sim.state.task import Container, Task
from ecslab.sim.world import World

_ECR = re.compile(r"(\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com/([^:@]+)(?:[:@].*)?")
_RETRIEVAL = (
    "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed:"
)
_RETRIED = "service call has been retried 1 time(s):"
_ROLE_HINT = "The task can't pull the image. Check that the role has the permissions to pull images from the registry."
_PULL_ACTIONS = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability")
_OPEN = json.dumps({"Statement": {"Effect": "Allow", "Principal": "*", "Action": "ecr:*", "Resource": "*"}})
_REFERENCE = "/aws/reference/secretsmanager/"
AWS_MANAGED_KEYS = ("alias/aws/secretsmanager", "alias/aws/ssm")

Definition = Mapping[str, Any]


def _definitions(world: World, task: Task) -> list[Definition]:
    return list(world.definition_of(task).request["containerDefinitions"])


def _cause(answer: Answer) -> str:
    return f"AccessDeniedException: {answer.refusal}"


def _to_pull(world: World, task: Task) -> list[re.Match[str]]:
    """The ECR images that a task pulls; what its instance has already needs no login (PN:R-9)."""
    host = identities.host_of(world, task)
    cached = host.cached_images if host else []
    matches = (_ECR.fullmatch(c.image) for c in task.containers if c.image not in cached)
    return [match for match in matches if match]


def registry_login(world: World, task: Task) -> str | None:
    """ecr:GetAuthorizationToken, asked once for all images (IC:R-1, IC:I-45, IC:I-49, IC:I-67)."""
    if not _to_pull(world, task):
        return None
    who = identities.puller(world, task)
    if who is None:
        return f"CannotPullECRContainerError: {NO_PROVIDERS}"
    answer = identities.ask(world, who, "ecr:GetAuthorizationToken", "*")
    if answer.is_allowed:
        return None
    if task.launch_type == "FARGATE":
        return f"{_RETRIEVAL} unable to retrieve ecr registry auth: {_RETRIED} {_cause(answer)}"
    return f"CannotPullECRContainerError: {_cause(answer)}"


def registry_images(world: World, task: Task) -> str | None:
    """Each ECR image exists and may be pulled with the role that logged in (IC:I-46, IC:I-49, IC:R-13).

    Model choice: an image of ECR exists when first named, until its repository is deleted; the registry of another
    account lets this one in.
    """
    for match in _to_pull(world, task):
        account, region, name = match.groups()
        repository = world.repositories.get(name) if account == ACCOUNT and region == world.start.region else None
        if repository and repository.is_deleted:
            image = match[0]
            lead = "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref"
            return f"{lead} {image}: {image}: not found"
        policy = (repository.policy if repository else None) if account == ACCOUNT else _OPEN
        arn = f"arn:aws:ecr:{region}:{account}:repository/{name}"
        who = identities.puller(world, task)
        answers = (identities.ask(world, who, action, arn, policy) for action in _PULL_ACTIONS) if who else ()
        denied = next((answer for answer in answers if not answer.is_allowed), None)
        if denied:
            return _cannot_pull(task, match[0], denied)
    return None


def _cannot_pull(task: Task, image: str, denied: Answer) -> str:
    if task.launch_type == "FARGATE":
        lead = f"pull image manifest has been retried 1 time(s): failed to resolve ref {image}"
        return f"CannotPullContainerError: {lead}: unexpected status: 403 Forbidden: denied: {denied.refusal}"
    repository = image.partition(":")[0].partition("@")[0]
    lead = f"Error response from daemon: pull access denied for {repository}, repository does not exist or may require"
    return f"CannotPullContainerError: {_ROLE_HINT} {lead} 'docker login': denied: {denied.refusal}"


def secrets(world: World, task: Task) -> str | None:
    """What a task's containers name as secrets, read with the execution role (IC:R-3, IC:R-4, IC:I-15, IC:I-47)."""
    who = identities.execution(world, task)
    for definition in _definitions(world, task):
        credentials = (definition.get("repositoryCredentials") or {}).get("credentialsParameter")
        if credentials and (cause := _without(who) or _secret_cause(world, _needed(who), str(credentials))):
            return _registry_auth(task, str(credentials), cause)
        for reference in _references(definition):
            cause = _without(who) or _value_cause(world, _needed(who), reference)
            if cause:
                return _not_fetched(world, task, reference, cause)
    return None


def _without(who: Identity | None) -> str | None:
    return None if who else NO_PROVIDERS


def _needed(who: Identity | None) -> Identity:
    assert who is not None
    return who


def _references(definition: Definition) -> Iterator[str]:
    options = (definition.get("logConfiguration") or {}).get("secretOptions") or ()
    for secret in (*(definition.get("secrets") or ()), *options):
        yield str(secret["valueFrom"])


def _is_secret(reference: str) -> bool:
    return ":secretsmanager:" in reference


def _value_cause(world: World, who: Identity, reference: str) -> str | None:
    """Why a secret or a parameter cannot be read, None when it can."""
    return (_secret_cause if _is_secret(reference) else _parameter_cause)(world, who, reference)


def _secret_cause(world: World, who: Identity, reference: str) -> str | None:
    arn = ":".join(reference.split(":")[:7])
    secret = find_secret(world, arn)
    policy = secret.policy if secret else None
    answer = identities.ask(world, who, "secretsmanager:GetSecretValue", secret.arn if secret else arn, policy)
    if not answer.is_allowed:
        return _cause(answer)
    if secret is None and f":{world.start.region}:{ACCOUNT}:" in f"{arn}:":
        return "ResourceNotFoundException: Secrets Manager can't find the specified secret."
    if secret and secret.deleted_at_ms is not None:
        return "InvalidRequestException: You can't perform this operation on a secret that was marked for deletion."
    return _key_cause(world, who, secret.key_id if secret else None)


def _key_cause(world: World, who: Identity, key_id: str | None) -> str | None:
    """kms:Decrypt is needed for a key of the customer's own only (IC:R-4)."""
    if not key_id or key_id in AWS_MANAGED_KEYS:
        return None
    resource = key_id if key_id.startswith("arn:") else world.ids.arn("kms", _key_path(key_id))
    answer = identities.ask(world, who, "kms:Decrypt", resource)
    return None if answer.is_allowed else _cause(answer)


def _key_path(key_id: str) -> str:
    return key_id if key_id.startswith("alias/") else f"key/{key_id}"


def find_secret(world: World, reference: str) -> Secret | None:
    """A secret by ARN, by ARN without its six random characters, or by name."""
    if reference in world.secrets:
        return world.secrets[reference]
    name = reference.split(":", 6)[-1] if reference.startswith("arn:") else reference
    without = re.sub(r"-[A-Za-z0-9]{6}$", "", name)
    return next((s for s in world.secrets.values() if s.name in (name, without)), None)


def _parameter_name(reference: str) -> str:
    return reference.split(":", 5)[-1].removeprefix("parameter") if reference.startswith("arn:") else reference


def _parameter_cause(world: World, who: Identity, reference: str) -> str | None:
    """Parameters may be named by name or ARN (IC:R-6); one that refers to a secret needs the secret too (IC:R-4)."""
    name = _parameter_name(reference)
    arn = reference if reference.startswith("arn:") else world.ids.arn("ssm", f"parameter/{name.lstrip('/')}")
    answer = identities.ask(world, who, "ssm:GetParameters", arn)
    if not answer.is_allowed:
        return _cause(answer)
    if name.startswith(_REFERENCE):
        secret = name.removeprefix(_REFERENCE)
        found = find_secret(world, secret)
        return _secret_cause(world, who, found.arn if found else world.ids.arn("secretsmanager", f"secret:{secret}"))
    if f":{world.start.region}:{ACCOUNT}:" not in arn:
        return None
    parameter = world.parameters.get(name) or world.parameters.get(name.removeprefix("/"))
    if parameter is None:
        return f"invalid parameters: {name.removeprefix('/') if reference.startswith('arn:') else name}"
    return _key_cause(world, who, parameter.key_id)


def _not_fetched(world: World, task: Task, reference: str, cause: str) -> str:
    """The words of Fargate (IC:I-47) and of the agent on an instance (IC:I-47b)."""
    is_secret, region = _is_secret(reference), world.start.region
    if task.launch_type == "FARGATE" and is_secret:
        what = f"{_RETRIED} failed to fetch secret {reference} from secrets manager:"
        return f"{_RETRIEVAL} unable to retrieve secret from asm: {what} {cause}"
    if task.launch_type == "FARGATE":
        return f"{_RETRIEVAL} unable to retrieve secrets from ssm: {_RETRIED} {cause}"
    if is_secret:
        return f"Fetching secret data from AWS Secrets Manager in region {region}: secret {reference}: {cause}"
    return f"Fetching secret data from SSM Parameter Store in {region}: {cause}"


def _registry_auth(task: Task, reference: str, cause: str) -> str:
    if task.launch_type == "FARGATE":
        what = f"{_RETRIED} failed to fetch secret {reference} from secrets manager:"
        return f"{_RETRIEVAL} unable to retrieve secret from asm: {what} {cause}"
    return f"CannotPullContainerAuthError: {cause}"


def environment_files(world: World, task: Task) -> str | None:
    """Files of S3, read with the execution role (IC:I-58). Whether the object is there is not simulated."""
    who = identities.execution(world, task)
    for definition in _definitions(world, task):
        for file in definition.get("environmentFiles") or ():
            arn = str(file["value"])
            needed = (("s3:GetObject", arn), ("s3:GetBucketLocation", arn.partition("/")[0]))
            answers = (identities.ask(world, who, action, resource) for action, resource in needed) if who else ()
            denied = next((answer for answer in answers if not answer.is_allowed), None)
            if who is None or denied:
                cause = f"AccessDenied: {denied.refusal}" if denied else NO_PROVIDERS
                lead = "failed to download env files: file download command: non empty error stream:"
                return f"ResourceInitializationError: {lead} {_RETRIED} {cause}"
    return None


def log_streams(world: World, task: Task) -> str | None:
    """Each container with awslogs gets its stream, or the task does not start (IC:R-7, IC:I-48, IC:I-48b)."""
    for definition, container in zip(_definitions(world, task), task.containers, strict=True):
        options = _options(definition)
        cause = None if options is None else _stream_cause(world, task, container, options)
        if cause and task.launch_type == "FARGATE":
            lead = (
                "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times:"
            )
            return f"{lead} {cause} : exit status 1"
        if cause:
            lead = "CannotStartContainerError: Error response from daemon: failed to initialize logging driver:"
            return f"{lead} {cause}"
    return None


def _options(definition: Definition) -> Mapping[str, str] | None:
    """The options of a container that writes awslogs in this Region; None for any other."""
    logging = definition.get("logConfiguration") or {}
    return (logging.get("options") or {}) if logging.get("logDriver") == "awslogs" else None


def _stream_cause(world: World, task: Task, container: Container, options: Mapping[str, str]) -> str | None:
    group = options.get("awslogs-group")
    if not group:
        return "must specify a value for log opt 'awslogs-group'"
    lead, who = "failed to create Cloudwatch log stream:", identities.logger(world, task)
    if who is None:
        return f"{lead} {NO_PROVIDERS}"
    region = options.get("awslogs-region") or world.start.region
    base = f"arn:aws:logs:{region}:{ACCOUNT}:log-group:{group}"
    is_here = region == world.start.region
    is_made = is_here and group not in world.log_groups and options.get("awslogs-create-group") == "true"
    needed = [("logs:CreateLogGroup", base)] if is_made else []
    needed.append(("logs:CreateLogStream", f"{base}:log-stream:{stream_name(task, container, options)}"))
    for action, resource in needed:
        answer = identities.ask(world, who, action, resource)
        if not answer.is_allowed:
            return f"{lead} {_cause(answer)}"
    if is_here and group not in world.log_groups and not is_made:
        return f"{lead} ResourceNotFoundException: The specified log group does not exist."
    return None


def stream_name(task: Task, container: Container, options: Mapping[str, str]) -> str:
    """`prefix/container/task`; without a prefix the container's own id (IC:R-9)."""
    if "awslogs-stream" in options:
        return str(options["awslogs-stream"])
    prefix = options.get("awslogs-stream-prefix")
    return f"{prefix}/{container.name}/{task.id}" if prefix else container.arn.rpartition("/")[2]


def open_log_stream(world: World, task: Task, container: Container) -> None:
    """A starting container's log stream is there, and the group where it is made on demand (IC:R-7, IC:R-9)."""
    definition = next(d for d in _definitions(world, task) if d["name"] == container.name)
    options = _options(definition)
    region = (options or {}).get("awslogs-region", world.start.region)
    if not options or region != world.start.region:
        return
    name = options["awslogs-group"]
    if name not in world.log_groups:
        arn = world.ids.arn("logs", f"log-group:{name}")
        supply_changes.log_group_created(world, LogGroup(name, arn, world.now_ms))
    group, stream = world.log_groups[name], stream_name(task, container, options)
    if stream not in group.streams:
        arn = f"{group.arn}:log-stream:{stream}"
        supply_changes.log_stream_created(world, group, LogStream(stream, arn, world.now_ms))


BEFORE_PULL: tuple[Callable[[World, Task], str | None], ...] = (registry_login, secrets, environment_files)
AFTER_PULL: tuple[Callable[[World, Task], str | None], ...] = (registry_images, log_streams)
