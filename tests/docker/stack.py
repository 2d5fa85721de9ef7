"""The services of the compose file, run by podman."""

import json
import time
from types import TracebackType
from typing import Any, Self

from tests.docker.compose import NotUnderstood, Project
from tests.docker.engine import Engine, EngineFailed

HEALTHY_WITHIN = 60.0  # seconds
ASK_EVERY = 0.2


class Stack:
    """All services of a project, started in their order as `docker compose up` does."""

    def __init__(self, engine: Engine, project: Project) -> None:
        self.engine = engine
        self.project = project

    def __enter__(self) -> Self:
        try:
            for service in self.project.in_order():
                for other, condition in service.depends_on.items():
                    self._await(other, condition)
                self.engine.podman("run", "--detach", *service.podman_options(self.project.name))
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

    def stop(self, service: str) -> float:
        """Send SIGTERM, then SIGKILL when the time for it has come; return the seconds it took to end."""
        began = time.monotonic()
        self.engine.podman("stop", service)
        return time.monotonic() - began

    def inspect(self, service: str) -> dict[str, Any]:
        """Return what podman knows of a container."""
        told: dict[str, Any] = json.loads(self.engine.podman("container", "inspect", service))[0]
        return told

    def log(self, service: str) -> str:
        """Return what a service printed."""
        return self.engine.podman("logs", service)

    def _await(self, service: str, condition: str) -> None:
        match condition:
            case "service_healthy":
                self._await_health(service)
            case "service_completed_successfully":
                status = self.engine.podman("wait", service)
                if status != "0":
                    raise EngineFailed(f"{service} ended with status {status}:\n{self.log(service)}")
            case _:
                raise NotUnderstood(f"the condition {condition}")

    def _await_health(self, service: str) -> None:
        deadline = time.monotonic() + HEALTHY_WITHIN
        while not self.healthy(service):
            if time.monotonic() > deadline or not self.inspect(service)["State"]["Running"]:
                raise EngineFailed(f"{service} does not become healthy:\n{self.log(service)}")
            time.sleep(ASK_EVERY)  # as the engine does by a timer: nothing tells when health comes

    def _remove(self) -> None:
        self.engine.podman("rm", "--all", "--force", "--time", "0", "--volumes")
