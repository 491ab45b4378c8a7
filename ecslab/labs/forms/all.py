"""Every form of the lab page by the name in its address, in the order of the page."""

from __future__ import annotations

from ecslab.labs.forms.base import RequestForm
from ecslab.labs.forms.capacity import AddInstances, CreateCluster, DeleteCluster, FailInstance
from ecslab.labs.forms.services import CreateService, DeleteService, UpdateService
from ecslab.labs.forms.task_definitions import ImportTaskDefinition, PutImage, RegisterTaskDefinition
from ecslab.labs.forms.tasks import ExitContainer, RunTask, StopTask

BUILD: dict[str, type[RequestForm]] = {
    "create-cluster": CreateCluster,
    "add-instances": AddInstances,
    "register-task-definition": RegisterTaskDefinition,
    "import-task-definition": ImportTaskDefinition,
    "create-service": CreateService,
    "update-service": UpdateService,
    "run-task": RunTask,
}
TRY_AND_BREAK: dict[str, type[RequestForm]] = {
    "put-image": PutImage,
    "delete-service": DeleteService,
    "delete-cluster": DeleteCluster,
}
INSPECTOR: dict[str, type[RequestForm]] = {
    "stop-task": StopTask,
    "exit-container": ExitContainer,
    "fail-instance": FailInstance,
}
FORMS = {**BUILD, **TRY_AND_BREAK, **INSPECTOR}
