"""The living style guide: every component in every state, on one page."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from ecslab.scene import svg
from ecslab.scene.sample import sample

SERVICES = ("web", "game", "chat", "ranking", "batch", "search", "mail", "cron")
TASK_STATES = (
    ("PROVISIONING", "provisioning"),
    ("PENDING", "pending"),
    ("ACTIVATING", "pending"),
    ("RUNNING", "running"),
    ("DEACTIVATING", "stopping"),
    ("STOPPING", "stopping"),
    ("DEPROVISIONING", "stopping"),
    ("STOPPED", "stopped"),
)


class ExampleForm(forms.Form):
    """One field of each kind, for the style guide only; it is never sent anywhere."""

    service_name = forms.CharField(label="Service name", help_text="Up to 255 letters, digits, hyphens, underscores.")
    desired_count = forms.IntegerField(label="Desired count", min_value=0, help_text="How many tasks should run.")
    launch_type = forms.ChoiceField(label="Launch type", choices=[("EC2", "EC2"), ("FARGATE", "FARGATE")])
    task_definition = forms.CharField(label="Task definition", widget=forms.Textarea(attrs={"rows": 4}), required=False)
    force = forms.BooleanField(label="Force a new deployment", required=False)


def _nowhere(_arn: str) -> str:
    return "#map-title"


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show the page; the second form is filled with nonsense so that its errors can be seen."""
    context = {
        "services": list(enumerate(SERVICES, start=1)),
        "task_states": TASK_STATES,
        "form": ExampleForm(prefix="good", initial={"service_name": "web", "desired_count": 3}),
        "map": mark_safe(svg.draw(sample(), svg.Links(_nowhere, _nowhere, lambda _cluster, _zone: "#map-title"))),
        "bad_form": ExampleForm({"bad-desired_count": "many", "bad-launch_type": "EC2"}, prefix="bad"),
    }
    return render(request, "styleguide.html", context)
