"""Both images, run as docker/compose.yaml says, with the sample rules."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.docker import compose
from tests.docker.engine import Engine, EngineFailed
from tests.docker.stack import Stack
from tests.lab.phones import Phone
from tests.lab.settings import Ports
from tests.lab.tree import Tree

SERVICES = ("asterisk", "telekit")


@pytest.fixture(scope="module")
def stack(engine: Engine) -> Iterator[Stack]:
    with Stack(engine, compose.read(environment={})) as running:
        yield running


@pytest.mark.parametrize("service", SERVICES)
def test_a_container_is_healthy(stack: Stack, service: str) -> None:
    assert stack.healthy(service)
    assert stack.inspect(service)["State"]["Health"]["Status"] == "healthy"


@pytest.mark.parametrize("service", SERVICES)
def test_a_container_does_not_run_as_root_and_has_no_capability(stack: Stack, service: str) -> None:
    first = dict(line.split(":", 1) for line in stack.execute(service, "cat", "/proc/1/status").splitlines())
    assert first["Uid"].split() == ["5060"] * 4
    assert {int(first[name], 16) for name in ("CapPrm", "CapEff", "CapBnd", "CapAmb")} == {0}
    assert int(first["NoNewPrivs"]) == 1


@pytest.mark.parametrize("service", SERVICES)
def test_nothing_but_the_volumes_can_be_written(stack: Stack, service: str) -> None:
    mounts = [line.split() for line in stack.execute(service, "cat", "/proc/1/mounts").splitlines()]
    writable = {
        place for _, place, kind, options, *_ in mounts if "rw" in options.split(",") and kind in ("ext4", "overlay")
    }
    declared = {volume.target for volume in stack.project.services[service].volumes if not volume.read_only}
    assert declared <= writable
    assert {place for place in writable - declared if not place.startswith("/etc/")} == set()
    with pytest.raises(EngineFailed, match="Read-only file system"):
        stack.execute(service, "touch", "/usr/bin/telekit-was-here")


def test_telekit_is_logged_in_to_the_asterisk_beside_it(stack: Stack) -> None:
    status: dict[str, Any] = json.loads(stack.execute("telekit", "telekit", "status", "--json"))
    assert status["link"] == "up"
    assert "telekit" in stack.execute("asterisk", "asterisk", "-rx", "manager show connected")
