"""What is kept of a lab: its start, its branches and their logs of commands. Everything else is replayed."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

from django.db import models


def new_key() -> str:
    """A key for an address: 128 random bits."""
    return secrets.token_urlsafe(16)


class Lab(models.Model):
    """A lab; `owner` is the hash of its browser's token, empty for a ready-made lab."""

    key = models.CharField(max_length=32, unique=True, default=new_key)
    name = models.CharField(max_length=100)
    about = models.TextField(blank=True)
    owner = models.CharField(max_length=64, blank=True, db_index=True)
    ready_slug = models.SlugField(max_length=64, blank=True)
    look_at_ms = models.PositiveIntegerField(default=0)
    rules_version = models.PositiveIntegerField()
    seed = models.PositiveIntegerField(default=1)
    tie_break = models.CharField(max_length=16, default="seeded")
    zone_count = models.PositiveSmallIntegerField(default=3)
    created_at = models.DateTimeField(auto_now_add=True)
    touched_at = models.DateTimeField(auto_now=True)

    class Meta:
        """A ready-made lab is there once."""

        ordering: ClassVar[list[str]] = ["-touched_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["ready_slug"], condition=~models.Q(ready_slug="") & models.Q(owner=""), name="one_ready_lab"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Branch(models.Model):
    """One line of commands; a branch begins where its parent's command `parent_seq` ended."""

    lab = models.ForeignKey(Lab, on_delete=models.CASCADE, related_name="branches")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True)
    parent_seq = models.PositiveIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.lab} / {self.pk}"


class LabCommand(models.Model):
    """One command; a refused one is kept, because it teaches, and skipped on replay."""

    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="commands")
    seq = models.PositiveIntegerField()
    at_ms = models.PositiveBigIntegerField()
    service = models.CharField(max_length=64)
    operation = models.CharField(max_length=64)
    parameters: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    via = models.CharField(max_length=16)
    accepted = models.BooleanField()
    code = models.CharField(max_length=100, blank=True)
    message = models.TextField(blank=True)

    class Meta:
        """The unique pair is the lock: of two windows that write at once, one is told."""

        ordering: ClassVar[list[str]] = ["branch", "seq"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["branch", "seq"], name="one_command_a_place")
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.service}:{self.operation}"


class Clock(models.Model):
    """Where a lab's clock stands, for those who look together."""

    lab = models.OneToOneField(Lab, on_delete=models.CASCADE)
    state = models.CharField(max_length=16, default="standing")
    at_ms = models.PositiveBigIntegerField(default=0)
    speed = models.PositiveIntegerField(default=1)
    since = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A clock stands or runs."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(state__in=["standing", "running"]), name="clock_state")
        ]

    def __str__(self) -> str:
        return f"{self.lab}: {self.state}"
