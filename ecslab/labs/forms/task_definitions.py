"""Task definitions, by fields or pasted as people keep them, and how the containers of an image behave."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from ecslab.aws import importer
from ecslab.labs.forms.base import Call, Pick, RequestForm, given
from ecslab.sim.state.task_definition import TaskDefinition

EXAMPLE = """{
  "family": "web",
  "containerDefinitions": [
    {
      "name": "web",
      "image": "web:v1",
      "cpu": 256,
      "memoryReservation": 512,
      "portMappings": [{"containerPort": 80, "hostPort": 0}]
    }
  ]
}"""


def _number(label: str, help_text: str, **kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, help_text=help_text, required=False, **kwargs)


class RegisterTaskDefinition(RequestForm):
    """One container by fields; for more, paste the whole definition."""

    title = "Register task definition"
    family = forms.CharField(
        label="Family", max_length=300, initial="web", help_text="Its name; each registration adds a revision (family)."
    )
    image = forms.CharField(
        label="Image", max_length=300, initial="web:v1", help_text="What the container runs (image)."
    )
    cpu = _number("CPU", "CPU units that placement reserves; 1,024 are one vCPU (cpu).", initial=256)
    memory_reservation = _number("Soft memory limit", "MiB that placement reserves (memoryReservation).", initial=512)
    memory = _number("Hard memory limit", "MiB above which the container is stopped (memory).")
    container_port = _number("Container port", "The port the program listens on (containerPort).", initial=80)
    host_port = _number("Host port", "The instance's port; 0 takes a free one for each task (hostPort).", initial=0)
    network_mode = forms.ChoiceField(
        label="Network mode",
        choices=[(name, name) for name in ("bridge", "awsvpc", "host", "none")],
        help_text="awsvpc gives each task an ENI; Fargate needs it (networkMode).",
    )
    compatibility = forms.ChoiceField(
        label="Runs on",
        choices=[("EC2", "EC2"), ("FARGATE", "FARGATE"), ("EC2 FARGATE", "EC2 and FARGATE")],
        help_text="What AWS checks the definition for (requiresCompatibilities).",
    )
    task_role = Pick(
        label="Task role",
        empty="none",
        help_text="What the program in the task may do; iam:CreateRole makes one (taskRoleArn).",
    )
    execution_role = Pick(
        label="Task execution role",
        empty="none",
        help_text="What ECS uses to start the task: images, logs, secrets (executionRoleArn).",
    )

    def _prepare(self) -> None:
        """Begin with the newest revision and its image's next tag, where there is one that these fields can say."""
        newest = next(reversed(self.world.task_definitions.values()), None)
        if newest is not None and _can_be_said(newest) and not self.is_bound:
            self.initial = {**_fields_of(newest), **self.initial}
        super()._prepare()

    def to_command(self) -> Call:
        """ecs:RegisterTaskDefinition; Fargate sizes stand at the task as well."""
        data = self.cleaned_data
        container = {"name": data["family"], "image": data["image"], "essential": True}
        container |= given(data, cpu="cpu", memory="memory", memoryReservation="memory_reservation")
        if data["container_port"] is not None and data["network_mode"] != "none":
            container["portMappings"] = [self._port()]
        members: dict[str, Any] = {
            "family": data["family"],
            **given(data, taskRoleArn="task_role", executionRoleArn="execution_role"),
            "networkMode": data["network_mode"],
            "requiresCompatibilities": data["compatibility"].split(),
            "containerDefinitions": [container],
        }
        if "FARGATE" in data["compatibility"]:
            size = data["memory"] or data["memory_reservation"]
            members |= {name: str(value) for name, value in (("cpu", data["cpu"]), ("memory", size)) if value}
        return "ecs", "RegisterTaskDefinition", members

    def _port(self) -> dict[str, Any]:
        data = self.cleaned_data
        port: dict[str, Any] = {"containerPort": data["container_port"], "protocol": "tcp"}
        if data["network_mode"] == "bridge" and data["host_port"] is not None:
            port["hostPort"] = data["host_port"]
        return port


SAID_OF_THE_TASK = {
    *("family", "taskRoleArn", "executionRoleArn", "networkMode", "requiresCompatibilities", "cpu", "memory"),
    "containerDefinitions",
}
SAID_OF_THE_CONTAINER = {"name", "image", "essential", "cpu", "memory", "memoryReservation", "portMappings"}
"""Members of a registration that the fields have; a revision with others is left to the import."""


def _can_be_said(definition: TaskDefinition) -> bool:
    containers = definition.request.get("containerDefinitions", [])
    return (
        len(containers) == 1
        and containers[0].get("name") == definition.family
        and SAID_OF_THE_TASK.issuperset(definition.request)
        and SAID_OF_THE_CONTAINER.issuperset(containers[0])
        and len(containers[0].get("portMappings", [])) <= 1
    )


def _fields_of(definition: TaskDefinition) -> dict[str, Any]:
    """A revision with one container as the fields of the form have it."""
    [container] = definition.container_definitions
    ports = container.port_mappings
    return {
        "family": definition.family,
        "image": next_tag(container.image),
        "cpu": container.cpu_units or None,
        "memory_reservation": container.memory_reservation_mib,
        "memory": container.memory_mib,
        "container_port": ports[0].container_port if ports else None,
        "host_port": ports[0].host_port if ports else None,
        "network_mode": definition.network_mode,
        "compatibility": " ".join(sorted(definition.requires_compatibilities)) or "EC2",
        "task_role": definition.task_role_arn or "",
        "execution_role": definition.execution_role_arn or "",
    }


def next_tag(image: str) -> str:
    """The image's next version where its tag ends in a number (web:v1 to web:v2), else the image as it is."""
    numbered = re.fullmatch(r"(.+:[^:/]*?)([0-9]{1,6})", image)
    return f"{numbered[1]}{int(numbered[2]) + 1}" if numbered else image


class ImportTaskDefinition(RequestForm):
    """A task definition as JSON or YAML, as people keep it or as Describe prints it."""

    title = "Import task definition"
    definition = forms.CharField(
        label="Task definition",
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
        initial=EXAMPLE,
        max_length=200_000,
        strip=False,
        help_text="JSON or YAML; what describe-task-definition prints works too.",
        error_messages={"required": "Paste a task definition as JSON or YAML."},
    )

    def clean_definition(self) -> str:
        """Read the text; what AWS says to it is the lab's to answer."""
        text = str(self.cleaned_data["definition"])
        self.imported = importer.read_task_definition(text, "The task definition")
        if self.imported.error:
            raise forms.ValidationError(self.imported.error)
        return text

    def clean(self) -> dict[str, Any]:
        """Say at once what has not the shape of the call, with the importer's sentence."""
        if not self.errors:
            self.judged = importer.judge(self.imported)
            if self.judged.code == importer.SHAPE_CODE:
                self.add_error("definition", f"{self.judged.code}: {self.judged.sentence}")
        return self.cleaned_data

    def notes(self) -> tuple[str, ...]:
        """What was dropped or changed on reading, and what to know about the revision."""
        return self.judged.notes

    def to_command(self) -> Call:
        """ecs:RegisterTaskDefinition."""
        return "ecs", "RegisterTaskDefinition", dict(self.imported.parameters)


class PutImage(RequestForm):
    """How containers of an image behave from now on."""

    title = "Set how an image behaves"
    image = forms.CharField(
        label="Image", max_length=300, initial="web:v2", help_text="As the task definition names it (image)."
    )
    behaviour = forms.ChoiceField(
        label="Behaviour",
        choices=[
            ("healthy", "runs and is healthy"),
            ("unhealthy", "runs, and its health check fails"),
            ("crashes", "exits after a while"),
            ("missing", "cannot be pulled"),
        ],
        help_text="Of containers that start from now on.",
    )
    start_seconds = _number("Seconds to start", "From the pulled image to RUNNING (startSeconds).", min_value=0)
    exit_after = _number("Exits after", "Seconds, for an image that exits (exitAfter).", min_value=0)

    def clean(self) -> dict[str, Any]:
        """Only an image that exits has a time to exit after."""
        data = self.cleaned_data
        if data.get("exit_after") is not None and data.get("behaviour") != "crashes":
            self.add_error(
                "exit_after", "Only an image that exits takes this; choose that behaviour or leave it empty."
            )
        return data

    def to_command(self) -> Call:
        """lab:PutImage."""
        data = self.cleaned_data
        members: dict[str, Any] = {"image": data["image"], **given(data, startSeconds="start_seconds")}
        if data["behaviour"] == "crashes":
            after = 10 if data["exit_after"] is None else data["exit_after"]
            members |= {"exitAfter": f"{after}s", "exitCode": 1}
        if data["behaviour"] == "unhealthy":
            members["healthy"] = False
        if data["behaviour"] == "missing":
            members["missing"] = True
        return "lab", "PutImage", members
