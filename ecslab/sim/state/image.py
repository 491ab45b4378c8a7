"""How containers of an image behave (the `lab:PutImage` operation)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ImageCall:
    """An AWS call that the image's program makes, from its start and then again and again."""

    action: str
    resource: str
    every_ms: int


@dataclass(frozen=True, slots=True)
class Image:
    """Behaviour of an image from now on; None keeps the default. Times in milliseconds from the container's start.

    An image that nobody put exists, runs for ever, is healthy and handles SIGTERM. `healthy_after_ms` and
    `healthy_until_ms` bound the stretch in which its health check passes, `health_check_ms` is how long the command of
    the check takes. `memory_mib` is what a container uses, in MiB, and `cpu_units` in CPU units, while it is idle;
    `*_per_rps` is what each request per second adds, `request_ms` how long one takes without a queue. `mounts` are the
    paths at which its program keeps files; without any it writes to every volume that it may write to. `files_mib` is
    how much each of its tasks leaves in a volume.
    """

    name: str
    size_mib: int = 400
    pull_ms: int | None = None
    start_ms: int | None = None
    healthy: bool = True
    healthy_after_ms: int | None = None
    healthy_until_ms: int | None = None
    exit_after_ms: int | None = None
    exit_code: int = 0
    handles_sigterm: bool = True
    is_missing: bool = False
    mounts: tuple[str, ...] = ()
    files_mib: int = 1024
    memory_mib: int = 0
    cpu_units: int = 0
    cpu_units_per_rps: int = 0
    memory_kib_per_rps: int = 0
    request_ms: int = 0
    health_check_ms: int = 0
    calls: tuple[ImageCall, ...] = ()
