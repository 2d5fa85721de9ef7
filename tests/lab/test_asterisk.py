"""A real Asterisk, from start to stop."""

from pathlib import Path

import pytest

from tests.lab import accounts
from tests.lab.asterisk import Asterisk, AsteriskFailed
from tests.lab.callers import Caller
from tests.lab.phones import Phone
from tests.lab.settings import Ports
from tests.lab.tree import Tree

CONFIG = {
    "pjsip.conf": accounts.trunk() + accounts.phone("amina", "pass-of-amina"),
    "extensions.conf": "[from-carrier]\nexten => amina,1,Dial(PJSIP/amina,10)\n",
}

LOOPBACK = "0100007F"  # 127.0.0.1 as the kernel writes it
CHOSEN_BY_THE_KERNEL = 32768  # and more, for what only sends
LISTENS = ("0A", "07")  # Linux <net/tcp_states.h>: TCP_LISTEN; TCP_CLOSE, which for UDP is open


def bound(kind: str) -> set[str]:
    """Return the addresses of this network where something takes what comes."""
    lines = [line.split() for line in Path(f"/proc/net/{kind}").read_text().splitlines()[1:]]
    # A connection that an earlier test has closed stays listed for a minute.
    sockets = [line[1].split(":") for line in lines if line[3] in LISTENS]
    return {address for address, port in sockets if int(port, 16) < CHOSEN_BY_THE_KERNEL}


async def test_it_starts_answers_and_stops(asterisk_prefix: Tree, tmp_path: Path) -> None:
    asterisk = Asterisk(tmp_path, asterisk_prefix)
    await asterisk.start()
    assert f"Asterisk {asterisk_prefix.version}" in await asterisk.cli("core show version")
    await asterisk.stop()
    assert not asterisk.running
    with pytest.raises(OSError, match="No such file"):
        await asterisk.cli("core show version")


async def test_every_module_of_the_lab_runs(asterisk_prefix: Tree, tmp_path: Path) -> None:
    async with Asterisk(tmp_path, asterisk_prefix) as asterisk:
        assert "Not Running" not in await asterisk.cli("module show")
        complaints = [line for line in asterisk.log.splitlines() if " ERROR[" in line or " WARNING[" in line]
        assert complaints == []


async def test_it_listens_on_loopback_alone(asterisk_prefix: Tree, tmp_path: Path) -> None:
    async with Asterisk(tmp_path, asterisk_prefix):
        assert {address for kind in ("tcp", "udp", "tcp6", "udp6") for address in bound(kind)} == {LOOPBACK}


async def test_files_and_prompts_of_the_caller_are_known(asterisk_prefix: Tree, tmp_path: Path) -> None:
    more = tmp_path / "more.conf"
    more.write_text("[elsewhere]\nexten => 7,1,Hangup()\n")
    prompts = tmp_path / "prompts"
    prompts.mkdir()
    (prompts / "hello.gsm").write_bytes((asterisk_prefix.data / "sounds/en/hello-world.gsm").read_bytes())
    config = {"extensions.conf": f'#include "{more}"\n[from-carrier]\nexten => 1,1,Progress()\n'}
    config["extensions.conf"] += " same => n,Playback(telekit/hello,noanswer)\n"
    config["pjsip.conf"] = accounts.trunk()
    folder = tmp_path / "asterisk"
    async with Asterisk(folder, asterisk_prefix, config, sounds={"en/telekit": prompts}) as asterisk:
        assert "elsewhere" in await asterisk.cli("dialplan show elsewhere")
        async with Caller(asterisk, "1") as caller:
            await caller.ended()
            assert len(caller.heard) > 8000 / 2


async def test_a_changed_file_counts_after_a_reload(asterisk_prefix: Tree, tmp_path: Path) -> None:
    async with Asterisk(tmp_path, asterisk_prefix, CONFIG) as asterisk:
        asterisk.write("extensions.conf", "[changed]\nexten => 1,1,Hangup()\n")
        await asterisk.cli("dialplan reload")
        assert "changed" in await asterisk.cli("dialplan show changed")


async def test_a_registration_survives_a_restart(asterisk_prefix: Tree, tmp_path: Path) -> None:
    asterisk = Asterisk(tmp_path, asterisk_prefix, CONFIG)
    async with asterisk, Phone(asterisk, "amina", "pass-of-amina", address="127.0.0.11") as phone:
        await asterisk.restart()
        async with Caller(asterisk, "amina"):
            await phone.rings()


async def test_after_a_kill_it_starts_again(asterisk_prefix: Tree, tmp_path: Path) -> None:
    async with Asterisk(tmp_path, asterisk_prefix) as asterisk:
        first = asterisk.pid
        await asterisk.kill()
        await asterisk.start()
        assert asterisk.pid != first


async def test_a_taken_port_is_told(asterisk_prefix: Tree, tmp_path: Path) -> None:
    async with Asterisk(tmp_path / "first", asterisk_prefix):
        with pytest.raises(AsteriskFailed, match="port 5060 is taken"):
            await Asterisk(tmp_path / "second", asterisk_prefix).start()


async def test_two_run_side_by_side_on_their_own_ports(asterisk_prefix: Tree, tmp_path: Path) -> None:
    others = Ports(sip=5070, sips=5071, ami=5048, rtp_first=20000, rtp_last=20999)
    second = Asterisk(tmp_path / "second", asterisk_prefix, ports=others)
    async with Asterisk(tmp_path / "first", asterisk_prefix) as first, second:
        assert first.running
        assert second.running


async def test_why_it_does_not_start_is_told(asterisk_prefix: Tree, tmp_path: Path) -> None:
    asterisk = Asterisk(tmp_path, asterisk_prefix, {"modules.conf": "require = no_such_thing.so\n"})
    with pytest.raises(AsteriskFailed, match="no_such_thing"):
        await asterisk.start()
    assert not asterisk.running
