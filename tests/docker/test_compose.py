"""What docker/compose.yaml promises, whoever runs it."""

import re
from pathlib import Path

import pytest

from tests.docker import compose
from tests.docker.compose import NotUnderstood, Project, Service
from tests.lab import modules

DOCKER = compose.COMPOSE.parent
EVERY_SERVICE = sorted(compose.read().services)


@pytest.fixture
def project() -> Project:
    return compose.read(environment={})


@pytest.fixture(params=EVERY_SERVICE)
def service(project: Project, request: pytest.FixtureRequest) -> Service:
    return project.services[request.param]


def test_a_container_can_write_to_its_volumes_and_nothing_else(service: Service) -> None:
    assert service.read_only
    for volume in service.volumes:
        if isinstance(volume.source, Path):
            assert volume.read_only, f"{service.name} may change {volume.source}"


def test_a_container_has_no_right_over_the_machine(service: Service) -> None:
    assert service.cap_drop == ("ALL",)
    assert service.security_opt == ("no-new-privileges",)


def test_what_is_mounted_from_the_project_is_there(service: Service) -> None:
    for volume in service.volumes:
        if isinstance(volume.source, Path):
            assert volume.source.exists(), f"{service.name} mounts {volume.source}, which is not there"


def test_passwords_are_written_by_render_and_by_nobody_else(project: Project) -> None:
    for name in ("rendered", "secret"):
        writers = [
            service.name
            for service in project.services.values()
            for volume in service.volumes
            if volume.source == name and not volume.read_only
        ]
        assert writers == ["render"]


def test_telekit_does_not_see_the_passwords_of_phones(project: Project) -> None:
    assert "rendered" not in {volume.source for volume in project.services["telekit"].volumes}


def test_telekit_starts_beside_an_asterisk_that_is_up(project: Project) -> None:
    assert [service.name for service in project.in_order()] == ["render", "asterisk", "telekit"]
    assert project.services["telekit"].depends_on["asterisk"] == "service_healthy"


def test_the_rules_may_be_a_folder_of_ones_own(tmp_path: Path) -> None:
    project = compose.read(environment={"TELEKIT_RULES": str(tmp_path)})
    for name in ("render", "telekit"):
        targets = {volume.source: volume.target for volume in project.services[name].volumes}
        assert targets[tmp_path] == "/etc/telekit/rules"


def test_a_word_that_the_tests_would_not_obey_is_refused(tmp_path: Path) -> None:
    changed = tmp_path / "compose.yaml"
    changed.write_text(compose.COMPOSE.read_text().replace("read_only: true", "privileged: true"))
    with pytest.raises(NotUnderstood, match="privileged"):
        compose.read(changed)


def test_the_images_asterisk_holds_the_modules_that_the_scenarios_ran_on() -> None:
    held = re.findall(r"^load = (\w+)\.so$", (DOCKER / "asterisk/modules.conf").read_text(), re.MULTILINE)
    assert sorted(held) == sorted(modules.ASTERISK)
