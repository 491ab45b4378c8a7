"""What is kept of a lab: its start, its branches and their logs of commands. Everything else is replayed."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

from django.db import models

KEY_BYTES = 16
"""128 random bits: nobody finds a lab by trying addresses."""


def new_key() -> str:
    """A key for an address."""
    return secrets.token_urlsafe(KEY_BYTES)


class Lab(models.Model):
    """A lab; `owner_token_hash` is the hash of its browser's token, empty for a ready-made lab.

    `ready_slug` names the ready-made lab that it is or was copied from, `ready_place` where a ready-made lab stands in
    their list; `watch` says what to look at and `look_at_ms` when.
    """

    key = models.CharField(max_length=32, unique=True, default=new_key)
    name = models.CharField(max_length=100)
    about = models.TextField(blank=True)
    watch = models.TextField(blank=True)
    look_at_ms = models.PositiveBigIntegerField(default=0)
    owner_token_hash = models.CharField(max_length=64, blank=True, db_index=True)
    ready_slug = models.SlugField(max_length=64, null=True, blank=True)
    ready_place = models.PositiveSmallIntegerField(null=True, blank=True)
    rules_version = models.PositiveIntegerField()
    tie_break = models.CharField(max_length=16, default="seeded")
    seed = models.PositiveBigIntegerField(default=1)
    zone_count = models.PositiveSmallIntegerField(default=3)
    created_at = models.DateTimeField(auto_now_add=True)
    touched_at = models.DateTimeField(auto_now=True)

    class Meta:
        """A ready-made lab is there once."""

        ordering: ClassVar[list[str]] = ["-touched_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["ready_slug"],
                condition=models.Q(ready_slug__isnull=False, owner_token_hash=""),
                name="lab_one_of_each_ready_slug",
            ),
            models.CheckConstraint(condition=models.Q(tie_break__in=["canonical", "seeded"]), name="lab_tie_break"),
            models.CheckConstraint(condition=models.Q(zone_count__gte=1, zone_count__lte=6), name="lab_zone_count"),
        ]

    def __str__(self) -> str:
        return self.name


class Branch(models.Model):
    """One line of commands; it begins after its parent's command `parent_seq`, or with nothing."""

    lab = models.ForeignKey(Lab, on_delete=models.CASCADE, related_name="branches")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="children")
    parent_seq = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """Oldest first; a parent and the place in it come together."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(parent__isnull=True, parent_seq__isnull=True)
                | models.Q(parent__isnull=False, parent_seq__isnull=False),
                name="branch_parent_with_its_place",
            )
        ]

    def __str__(self) -> str:
        return f"{self.lab} / {self.pk}"


class LabCommand(models.Model):
    """One command; a refused one is kept, because it teaches, and skipped on replay.

    `caller` is the role that makes the call, empty for the administrator. `digest` is the world's right after an
    accepted command, so that a change of the rules can be found.
    """

    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="commands")
    seq = models.PositiveIntegerField()
    at_ms = models.PositiveBigIntegerField()
    service = models.CharField(max_length=64)
    operation = models.CharField(max_length=64)
    parameters: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    caller = models.CharField(max_length=2048, blank=True)
    via = models.CharField(max_length=16)
    accepted = models.BooleanField()
    code = models.CharField(max_length=100, blank=True)
    message = models.TextField(blank=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        """The unique pair is the lock: of two windows that write at once, one is told."""

        ordering: ClassVar[list[str]] = ["branch", "seq"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["branch", "seq"], name="command_one_in_each_place"),
            models.CheckConstraint(condition=models.Q(seq__gte=1), name="command_seq_from_1"),
            models.CheckConstraint(
                condition=models.Q(accepted=True, code="") | (models.Q(accepted=False) & ~models.Q(code="")),
                name="command_refused_with_a_code",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.service}:{self.operation}"


class Clock(models.Model):
    """Where a lab's clock stands or since when it runs, for those who look together."""

    lab = models.OneToOneField(Lab, on_delete=models.CASCADE, related_name="clock")
    state = models.CharField(max_length=16, default="standing")
    at_ms = models.PositiveBigIntegerField(default=0)
    speed = models.PositiveIntegerField(default=1)
    since = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A clock stands, or runs since a moment."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(state="standing", since__isnull=True)
                | models.Q(state="running", since__isnull=False),
                name="clock_stands_or_runs_since",
            ),
            models.CheckConstraint(condition=models.Q(speed__gte=1), name="clock_speed_from_1"),
        ]

    def __str__(self) -> str:
        return f"{self.lab}: {self.state}"
