"""Changes of what tasks are supplied with: repositories, secrets, parameters, log groups and their streams."""

from __future__ import annotations

from ecslab.sim.changes import journal, usage_changes
from ecslab.sim.state.supplies import LogGroup, LogStream, Parameter, Repository, Secret
from ecslab.sim.world import World


def _told(world: World, arn: str, of: str, what: str) -> None:
    journal.record(world, "supply", arn, of=of, what=what)


def repository_created(world: World, repository: Repository) -> None:
    """A repository exists; a deleted one of the same name is forgotten."""
    world.repositories.pop(repository.name, None)
    world.repositories[repository.name] = repository
    _told(world, repository.arn, "repository", "created")


def repository_deleted(world: World, repository: Repository) -> None:
    """A repository and its images are gone."""
    repository.is_deleted = True
    _told(world, repository.arn, "repository", "deleted")


def repository_policy_set(world: World, repository: Repository, document: str | None) -> None:
    """Who else may pull from a repository, None for nobody."""
    repository.policy = document
    _told(world, repository.arn, "repository", "policy")


def secret_created(world: World, secret: Secret) -> None:
    """A secret exists."""
    world.secrets[secret.arn] = secret
    _metered(world, secret)
    _told(world, secret.arn, "secret", "created")


def _metered(world: World, secret: Secret) -> None:
    """A secret costs from its making until it is to be deleted (IC:$-19)."""
    usage_changes.part_metered(world, secret.arn, "secret", "secretsmanager.secret")


def secret_deleted(world: World, secret: Secret, *, for_good: bool) -> None:
    """A secret cannot be read any more; it is gone at once, or kept until its recovery window ends."""
    if secret.deleted_at_ms is None:
        usage_changes.part_meter_stopped(world, secret.arn, "secret")
    secret.deleted_at_ms = world.now_ms
    if for_good:
        del world.secrets[secret.arn]
    _told(world, secret.arn, "secret", "deleted")


def secret_restored(world: World, secret: Secret) -> None:
    """A secret in its recovery window can be read again."""
    secret.deleted_at_ms = None
    _metered(world, secret)
    _told(world, secret.arn, "secret", "restored")


def secret_policy_put(world: World, secret: Secret, document: str | None) -> None:
    """The policy of a secret, None for none."""
    secret.policy = document
    _told(world, secret.arn, "secret", "policy")


def parameter_put(world: World, parameter: Parameter) -> None:
    """A parameter exists, or has a new version."""
    world.parameters[parameter.name] = parameter
    _told(world, parameter.arn, "parameter", "put")


def parameter_deleted(world: World, parameter: Parameter) -> None:
    """A parameter is gone."""
    del world.parameters[parameter.name]
    _told(world, parameter.arn, "parameter", "deleted")


def log_group_created(world: World, group: LogGroup) -> None:
    """A log group exists."""
    world.log_groups[group.name] = group
    _told(world, group.arn, "logGroup", "created")


def log_group_deleted(world: World, group: LogGroup) -> None:
    """A log group and its streams are gone."""
    del world.log_groups[group.name]
    _told(world, group.arn, "logGroup", "deleted")


def retention_put(world: World, group: LogGroup, days: int | None) -> None:
    """How long a log group keeps what is written, None for ever."""
    group.retention_days = days
    _told(world, group.arn, "logGroup", "retention")


def log_stream_created(world: World, group: LogGroup, stream: LogStream) -> None:
    """A container writes to a stream of its own (IC:R-9)."""
    group.streams[stream.name] = stream
    _told(world, stream.arn, "logStream", "created")


def hub_pulled(world: World, address: str, recent: list[int]) -> None:
    """An address has pulled an image from Docker Hub, after others in the last hours (IC:R-11)."""
    world.hub_pulls[address] = [*recent, world.now_ms]
