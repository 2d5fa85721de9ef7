"""The services of the compose file, run by podman."""

import json
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from tests.docker.compose import COMPLETED, HEALTHY, Project
from tests.docker.engine import Engine, EngineFailed

PATIENCE = 60.0  # seconds
ASK_EVERY = 0.2


class Stack:
    """All services of a project, started in their order as `docker compose up` does."""

    def __init__(self, engine: Engine, project: Project) -> None:
        self.engine = engine
        self.project = project

    def __enter__(self) -> Self:
        # A service whose end another one waits for is run to its end; podman passes its exit status on.
        errands = {
            name
            for service in self.project.services.values()
            for name, condition in service.depends_on.items()
            if condition == COMPLETED
        }
        try:
            for service in self.project.in_order():
                for other, condition in service.depends_on.items():
                    if condition == HEALTHY:
                        self._await_health(other)
                detached = [] if service.name in errands else ["--detach"]
                self.engine.podman("run", *detached, *service.podman_options(self.project.name))
            for service in self.project.services.values():
                if service.health_checked:
                    self._await_health(service.name)
        except BaseException:
            self._remove()
            raise
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        self._remove()

    def execute(self, service: str, *command: str) -> str:
        """Run a command inside a service's container, as its user."""
        return self.engine.podman("exec", service, *command)

    def healthy(self, service: str) -> bool:
        """Run the image's own health check."""
        try:
            self.engine.podman("healthcheck", "run", service)
        except EngineFailed:
            return False
        return True

    def inspect(self, service: str) -> dict[str, Any]:
        """Return what podman knows of a container."""
        told: dict[str, Any] = json.loads(self.engine.podman("container", "inspect", service))[0]
        return told

    def log(self, service: str) -> str:
        """Return what a service printed."""
        return self.engine.podman("logs", service)

    def until_logged(self, service: str, words: str) -> None:
        """Wait until a service has printed these words."""
        self._until(lambda: words in self.log(service), f"{service} does not print {words!r}", service)

    def _await_health(self, service: str) -> None:
        self._until(lambda: self.healthy(service), f"{service} does not become healthy", service)

    def _until(self, holds: Callable[[], bool], complaint: str, service: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not holds():
            if time.monotonic() > deadline or not self.inspect(service)["State"]["Running"]:
                raise EngineFailed(f"{complaint}:\n{self.log(service)}")
            time.sleep(ASK_EVERY)  # podman tells nobody when this comes

    def _remove(self) -> None:
        self.engine.podman("rm", "--all", "--force", "--time", "0", "--volumes")
