"""The Django app of the labs."""

from __future__ import annotations

from django.apps import AppConfig


class LabsConfig(AppConfig):
    """A learner's labs."""

    name = "ecslab.labs"
    label = "labs"
