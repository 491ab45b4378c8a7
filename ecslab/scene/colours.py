"""Which of the eight colours a service has, everywhere: map, charts and lists."""

from __future__ import annotations

from ecslab.sim.state.task import Task
from ecslab.sim.world import World

PALETTE_SIZE = 8


def _family(task_definition_arn: str) -> str:
    return task_definition_arn.rpartition("/")[2].rpartition(":")[0]


class Colours:
    """The palette of one world: services count from the first colour up, families run on their own from the last down.

    Services of one name in several clusters share a colour, so that two clusters can be compared at a glance.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        services = sorted(world.services.values(), key=lambda service: service.serial)
        names = dict.fromkeys(service.name for service in services)
        kept = {_family(service.task_definition_arn) for service in services}
        families = dict.fromkeys(d.family for d in world.task_definitions.values() if d.family not in kept)
        self._services = {name: number % PALETTE_SIZE + 1 for number, name in enumerate(names)}
        self._families = {name: PALETTE_SIZE - number % PALETTE_SIZE for number, name in enumerate(families)}

    def of_service(self, name: str) -> int:
        """The colour of a service, 1 to 8."""
        return self._services.get(name, 1)

    def of_family(self, family: str) -> int:
        """The colour of a family whose tasks no service keeps, 1 to 8."""
        return self._families.get(family, PALETTE_SIZE)

    def of_task(self, task: Task) -> int:
        """The colour of a task, 1 to 8."""
        service = self._world.services.get(task.service_arn or "")
        return self.of_service(service.name) if service else self.of_family(self._world.definition_of(task).family)
