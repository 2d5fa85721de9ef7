"""Both images, run as docker/compose.yaml says, with the sample rules."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.docker import compose
from tests.docker.engine import Engine, EngineFailed
from tests.docker.stack import Stack

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
    assert status["link"].startswith("up, Asterisk 22.")
    assert "telekit" in stack.execute("asterisk", "asterisk", "-rx", "manager show connected")


@pytest.mark.parametrize("service", SERVICES)
def test_a_container_starts_without_a_complaint(stack: Stack, service: str) -> None:
    assert [line for line in stack.log(service).splitlines() if re.search(r"WARN|ERROR", line)] == []


def test_a_hangup_signal_reads_the_rules_again(stack: Stack) -> None:
    assert "The new rules hold" not in stack.log("telekit")
    stack.engine.podman("kill", "--signal", "HUP", "telekit")
    stack.until_logged("telekit", "The new rules hold")


def test_passwords_outlive_another_rendering(stack: Stack) -> None:
    before = [stack.execute("asterisk", "cat", f"/etc/asterisk/telekit/{name}.conf") for name in ("phones", "account")]
    assert all(re.search(r"^(password|secret) = \S{32}", text, re.MULTILINE) for text in before)
    stack.engine.podman("start", "--attach", "render")
    after = [stack.execute("asterisk", "cat", f"/etc/asterisk/telekit/{name}.conf") for name in ("phones", "account")]
    assert after == before


@pytest.mark.parametrize("image", ["telekit", "telekit-asterisk"])
def test_no_image_holds_a_secret(engine: Engine, image: str) -> None:
    secret = r"BEGIN .*PRIVATE KEY|^(secret|password) = \S{16}"
    found_none = r"ended with 1:\n$"  # grep
    with pytest.raises(EngineFailed, match=found_none):
        engine.podman(
            *("run", "--rm", "--user", "0", "--network", "none", "--no-healthcheck", "--entrypoint", "grep", image),
            *("-rsIE", secret, "/etc", "/opt", "/run", "/usr/local", "/usr/share", "/var"),
        )


@pytest.mark.parametrize("service", SERVICES[::-1])  # the last test: it ends what the others look at
def test_a_container_ends_decently_when_told_to(stack: Stack, service: str) -> None:
    stack.engine.podman("stop", service)
    assert stack.inspect(service)["State"]["ExitCode"] == 0  # 137 if it had to be killed
