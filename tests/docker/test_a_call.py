"""A caller from outside, an agent at home, and between them the two containers."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.docker import compose
from tests.docker.compose import Project, Volume
from tests.docker.engine import Engine
from tests.docker.stack import Stack
from tests.lab import accounts
from tests.lab.asterisk import Asterisk
from tests.lab.callers import Caller
from tests.lab.phones import Phone
from tests.lab.tree import Tree

NUMBER = "+33199001234"
RULES = """
timezone: Europe/Paris
skills: [french]
agents:
  amina: {name: Amina Benali, phone: sip:amina, skills: {french: 9}, shifts: [always]}
shifts:
  always: mon-sun 00:00-24:00
queues:
  help: {requires: {french: 5}, no_agent: {play: no-agent, then: voicemail}}
routes:
  - {when: {dialed: +33199001234}, queue: help}
"""
# The phones of the test have addresses of this machine: Asterisk must leave them free.
TRUNK = f"""
[transport-udp]
type = transport
protocol = udp
bind = 127.0.0.1:5060

[telekit-transport](+)
bind = 127.0.0.1:5061
{accounts.trunk(context="telekit-in")}"""


@pytest.fixture(scope="module")
def stack(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("yours")
    (folder / "rules").mkdir()
    (folder / "rules/rules.yaml").write_text(RULES)
    (folder / "trunk.conf").write_text(TRUNK)
    project = compose.read(environment={"TELEKIT_RULES": str(folder / "rules")})
    with Stack(engine, with_trunk(project, folder / "trunk.conf")) as running:
        yield running


@pytest.fixture
def outside(stack: Stack, asterisk_prefix: Tree, tmp_path: Path) -> Asterisk:
    """Give what the lab's phones and callers are to know of the Asterisk in the container."""
    asterisk = Asterisk(tmp_path, asterisk_prefix)
    asterisk.certificate.write_text(stack.execute("asterisk", "cat", "/etc/asterisk/keys/telekit.pem"))
    return asterisk


def with_trunk(project: Project, trunk: Path) -> Project:
    """Put a trunk in the place of the sample one, as a compose.override.yaml would."""
    asterisk = project.services["asterisk"]
    mounted = Volume(trunk, "/etc/asterisk/trunk.conf", read_only=True)
    changed = dataclasses.replace(asterisk, volumes=(*asterisk.volumes, mounted))
    return dataclasses.replace(project, services={**project.services, "asterisk": changed})


def password_of(stack: Stack, phone: str) -> str:
    """Return the password that `render` made for a phone."""
    told = stack.execute("asterisk", "cat", "/etc/asterisk/telekit/phones.secret.yaml")
    return str(yaml.safe_load(told)[phone])


async def test_a_caller_reaches_the_agent_at_home_over_tls_and_srtp(stack: Stack, outside: Asterisk) -> None:
    password = password_of(stack, "amina")
    async with (
        Phone(outside, "amina", password, address="127.0.0.11", tls=True, answers=True, hertz=1000) as amina,
        Caller(outside, NUMBER, hertz=700) as caller,
    ):
        call = await amina.rings()
        await amina.talks()
        assert call.encrypted
        await caller.hears(1000)
        await amina.hears(700)
        await caller.hang_up()


async def test_a_phone_with_a_wrong_password_is_refused(outside: Asterisk) -> None:
    phone = Phone(outside, "amina", "guessed-password", address="127.0.0.12", tls=True)
    await phone.start()
    try:
        await phone.register()
        assert "401" in await phone.refused()
    finally:
        await phone.stop()
