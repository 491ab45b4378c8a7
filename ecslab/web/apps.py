"""The Django app of what every page shares."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """No models: shared pages and commands only."""

    name = "ecslab.web"
    label = "web"
    verbose_name = "Shared web things"
