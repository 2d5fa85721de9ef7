"""The compose file, read as podman is to be told it.

What is understood is what docker/compose.yaml uses. Anything else is an error, so that no word of that file is
silently left out of what the tests run.
Source: the Compose specification, 05-services.md, 07-volumes.md, 12-interpolation.md.
"""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

HEALTHY, COMPLETED = "service_healthy", "service_completed_successfully"  # what a service may wait for
COMPOSE = Path(__file__).resolve().parents[2] / "docker/compose.yaml"


class NotUnderstood(Exception):  # noqa: N818 (it reads as the sentence it prints)
    """The compose file says something that would be lost here."""


@dataclass(frozen=True, slots=True)
class Build:
    """From what an image is built."""

    context: Path
    dockerfile: Path


@dataclass(frozen=True, slots=True)
class Volume:
    """A folder or file of the machine, or a named volume, and where the container sees it."""

    source: str | Path  # a name is a named volume
    target: str
    read_only: bool


@dataclass(frozen=True, slots=True)
class Service:
    """One service, as far as docker/compose.yaml tells of it."""

    name: str
    image: str
    build: Build
    depends_on: Mapping[str, str]  # service -> the condition waited for
    volumes: tuple[Volume, ...]
    tmpfs: tuple[str, ...]
    network_mode: str
    read_only: bool
    cap_drop: tuple[str, ...]
    security_opt: tuple[str, ...]
    entrypoint: tuple[str, ...] | None
    command: tuple[str, ...] | None
    environment: Mapping[str, str]
    health_checked: bool  # by the image's own check
    stop_after: int  # seconds from SIGTERM to SIGKILL
    restart: str
    log_size: str

    def podman_options(self, project: str) -> list[str]:
        """Return the options of `podman run` that mean the same."""
        options = ["--name", self.name, "--network", self.network_mode, "--stop-timeout", str(self.stop_after)]
        # Docker gives a read-only container no writable /tmp and /run by itself, podman does.
        options += ["--read-only", "--read-only-tmpfs=false"] if self.read_only else []
        options += [f"--cap-drop={capability}" for capability in self.cap_drop]
        options += [f"--security-opt={option}" for option in self.security_opt]
        options += [f"--tmpfs={place}" for place in self.tmpfs]
        for volume in self.volumes:
            source = f"{project}_{volume.source}" if isinstance(volume.source, str) else volume.source
            options.append(f"--volume={source}:{volume.target}{':ro' if volume.read_only else ''}")
        options += [f"--env={name}={value}" for name, value in self.environment.items()]
        options += [] if self.health_checked else ["--no-healthcheck"]
        options += [f"--restart={self.restart}"] if self.restart else []
        options += [f"--log-opt=max-size={self.log_size}"] if self.log_size else []
        if self.entrypoint is not None:
            options += ["--entrypoint", json.dumps(self.entrypoint)]
        return [*options, self.image, *(self.command or ())]


@dataclass(frozen=True, slots=True)
class Project:
    """All of a compose file."""

    name: str
    services: Mapping[str, Service]
    volumes: tuple[str, ...]

    def in_order(self) -> list[Service]:
        """Return the services, each after those it depends on."""
        ordered: dict[str, Service] = {}
        while len(ordered) < len(self.services):
            ready = [
                service
                for service in self.services.values()
                if service.name not in ordered and service.depends_on.keys() <= ordered.keys()
            ]
            if not ready:
                raise NotUnderstood("the services depend on one another in a circle")
            ordered.update({service.name: service for service in ready})
        return list(ordered.values())


def read(path: Path = COMPOSE, environment: Mapping[str, str] = os.environ) -> Project:
    """Read a compose file; `environment` fills its `${NAME:-default}`."""
    text = re.sub(r"\$\{(\w+):-([^}]*)\}", lambda found: environment.get(found[1]) or found[2], path.read_text())
    told: dict[str, Any] = yaml.safe_load(text)
    services, volumes = told.pop("services"), tuple(told.pop("volumes"))
    name = told.pop("name")
    nothing_left("the file", {key: value for key, value in told.items() if not key.startswith("x-")})
    conditions = {how["condition"] for each in services.values() for how in each.get("depends_on", {}).values()}
    nothing_left("depends_on", dict.fromkeys(conditions - {HEALTHY, COMPLETED}))
    project = Project(name, {key: service(key, value, path.parent) for key, value in services.items()}, volumes)
    for each in project.services.values():
        for volume in each.volumes:
            if isinstance(volume.source, str) and volume.source not in volumes:
                raise NotUnderstood(f"{each.name} uses a volume that is not declared: {volume.source}")
    return project


def service(name: str, told: dict[str, Any], folder: Path) -> Service:
    """Read one service; paths are relative to `folder`."""
    told = dict(told)
    build = dict(told.pop("build"))
    context = (folder / build.pop("context")).resolve()
    dockerfile = context / build.pop("dockerfile")
    nothing_left(f"{name}.build", build)
    conditions = {other: dict(how) for other, how in told.pop("depends_on", {}).items()}
    logging = dict(told.pop("logging", {}))
    options = dict(logging.pop("options", {}))
    options.pop("max-file", None)  # podman keeps one file
    if logging.pop("driver", "local") != "local":
        raise NotUnderstood(f"{name}.logging.driver")
    health = dict(told.pop("healthcheck", {}))
    made = Service(
        name=name,
        image=told.pop("image"),
        build=Build(context, dockerfile),
        depends_on={other: how.pop("condition") for other, how in conditions.items()},
        volumes=tuple(volume(each, folder) for each in told.pop("volumes", ())),
        tmpfs=tuple(told.pop("tmpfs", ())),
        network_mode=told.pop("network_mode"),
        read_only=told.pop("read_only", False),
        cap_drop=tuple(told.pop("cap_drop", ())),
        security_opt=tuple(option.removesuffix(":true") for option in told.pop("security_opt", ())),
        entrypoint=words(told.pop("entrypoint", None)),
        command=words(told.pop("command", None)),
        environment=dict(told.pop("environment", {})),
        health_checked=not health.pop("disable", False),
        stop_after=seconds(told.pop("stop_grace_period", "10s")),
        restart=told.pop("restart", ""),
        log_size=options.pop("max-size", ""),
    )
    for what, rest in {
        "": told,
        ".logging": logging,
        ".logging.options": options,
        ".healthcheck": health,
        **conditions,
    }.items():
        nothing_left(f"{name}{what}", rest)
    return made


def volume(told: str, folder: Path) -> Volume:
    """Read `source:target[:ro]`; a source with a slash or a dot is a path."""
    source, target, *mode = told.split(":")
    if mode not in ([], ["ro"]):
        raise NotUnderstood(f"volume {told}")
    place = (folder / source).resolve() if source.startswith((".", "/")) else source
    return Volume(place, target, bool(mode))


def words(told: list[str] | None) -> tuple[str, ...] | None:
    """Read a command, which must be a list: a string would pass through a shell's rules."""
    if told is not None and not isinstance(told, list):
        raise NotUnderstood(f"a command that is not a list: {told}")
    return None if told is None else tuple(told)


def seconds(told: str) -> int:
    """Read a span such as `10s`."""
    found = re.fullmatch(r"(\d+)s", told)
    if not found:
        raise NotUnderstood(f"the span {told}")
    return int(found[1])


def nothing_left(where: str, rest: Mapping[str, Any]) -> None:
    """Complain about keys that nobody has read."""
    if rest:
        raise NotUnderstood(f"{where}: {', '.join(rest)}")
