"""A whole node: settings in, a service out, between an Asterisk played by hand and real callers' connections."""

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from telekit.domain.fact import Fact, FactKind
from telekit.errors import RulesError, SettingsError, StoreError, TelekitError
from telekit.node import Node
from telekit.pbx.render.stamp import Stamp, no_fallback
from telekit.service.control import ask
from telekit.settings import Settings, load_settings
from telekit.store.sqlite import SqliteJournal
from tests.pbx.asterisk.agi.fake import FakeAsterisk as FakeCaller
from tests.pbx.asterisk.ami.fake import FakeAsterisk
from tests.pbx.asterisk.test_switch import device, listing

RULES = """
timezone: Europe/Paris
skills: [french]
agents:
  amina: {phone: sip:amina, skills: {french: 5}, shifts: always}
shifts: {always: mon-sun 00:00-24:00}
queues: {help: {requires: {french: 1}}}
routes: [{queue: help}]
"""
NUMBER = "+33199000010"


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a folder with rules, settings and a secret; its path is short enough for a socket."""
    monkeypatch.setenv("AMI", "sesame")
    with tempfile.TemporaryDirectory(prefix="telekit-") as name:
        folder = Path(name)
        (folder / "rules.yaml").write_text(RULES)
        (folder / "scripts").mkdir()
        (folder / "handlers").mkdir()
        yield folder


@pytest.fixture
async def asterisk() -> AsyncIterator[FakeAsterisk]:
    async with FakeAsterisk() as asterisk:
        asterisk.replies["DeviceStateList"] = listing("DeviceStateChange", device("PJSIP/amina", "NOT_INUSE"))
        asterisk.replies["CoreShowChannels"] = listing("CoreShowChannel")
        yield asterisk


def settings(folder: Path, asterisk: FakeAsterisk, more: str = "") -> Settings:
    file = folder / "telekit.yaml"
    file.write_text(
        f"rules: rules.yaml\nagi: {{port: 0}}\nasterisk: {{port: {asterisk.port}, secret: env:AMI}}\n{more}"
    )
    return load_settings(file)


@pytest.fixture
async def node(folder: Path, asterisk: FakeAsterisk) -> AsyncIterator[Node]:
    node = Node(settings(folder, asterisk, "scripts: scripts\nhandlers: handlers\n"), folder)
    await node.start()
    yield node
    await node.stop(0)


def facts(folder: Path) -> list[Fact]:
    """Read the journal of a node that has ended."""
    journal = SqliteJournal(folder / "var/telekit.db")
    journal.join()
    return list(journal.facts())


def kinds(folder: Path) -> list[str]:
    return [fact.kind.value for fact in facts(folder) if fact.call is None and fact.agent is None]


async def ask_status(folder: Path) -> Any:
    return await ask(folder / "var/telekit.sock", "status")


async def reload(folder: Path) -> Any:
    return await ask(folder / "var/telekit.sock", "reload")


async def test_it_is_ready_with_its_phones_known_when_the_start_returns(node: Node, folder: Path) -> None:
    status = await ask_status(folder)
    assert status["link"] == "up, Asterisk 22.10.1"
    assert status["rules"] == str(folder / "rules.yaml")
    assert [agent["presence"] for agent in status["agents"]] == ["available"]


def dialplan(stamp: Stamp) -> str:
    """Answer as an Asterisk that has loaded a fallback with this stamp."""
    return listing("ListDialplan", f"Context: telekit-rendered\r\nApplication: NoOp\r\nAppData: {stamp}\r\n")


async def test_a_fallback_that_no_longer_fits_is_warned_of(node: Node, folder: Path, asterisk: FakeAsterisk) -> None:
    now, plan = node.exchange.now(), node.exchange.plan
    asterisk.replies["ShowDialPlan"] = (
        "Response: Error\r\nActionID: {id}\r\nMessage: Did not find context telekit-rendered\r\n\r\n"
    )
    assert (await ask_status(folder))["warnings"] == [no_fallback("Asterisk")]
    asterisk.replies["ShowDialPlan"] = dialplan(Stamp.of(plan, now))
    assert (await ask_status(folder))["warnings"] == []
    asterisk.replies["ShowDialPlan"] = dialplan(Stamp.of(plan, now - timedelta(days=15)))
    (warning,) = (await ask_status(folder))["warnings"]
    assert "14 days" in warning
    asterisk.replies["ShowDialPlan"] = dialplan(Stamp.of(plan, now))
    (folder / "rules.yaml").write_text(RULES.replace("amina", "luc"))
    await reload(folder)
    (warning,) = (await ask_status(folder))["warnings"]
    assert "other rules" in warning


async def test_without_a_link_nothing_is_said_of_the_fallback(node: Node, folder: Path, asterisk: FakeAsterisk) -> None:
    await asterisk.shut()
    while (await ask_status(folder))["link"].startswith("up"):  # noqa: ASYNC110
        await asyncio.sleep(0)
    assert (await ask_status(folder))["warnings"] == []


async def ask_health(folder: Path) -> dict[str, Any]:
    told = await ask(folder / "var/telekit.sock", "health")
    return {part["part"]: part for part in told["parts"]} | {"healthy": told["healthy"]}


async def test_health_is_fine_with_a_link_a_fallback_and_a_journal(
    node: Node, folder: Path, asterisk: FakeAsterisk
) -> None:
    asterisk.replies["ShowDialPlan"] = dialplan(Stamp.of(node.exchange.plan, node.exchange.now()))
    told = await ask_health(folder)
    assert told.pop("healthy"), told
    assert " ".join(told) == "link answers calls fallback rules lookups journal disk clock delay memory repairs"
    assert told["calls"]["says"] == f"taken on 127.0.0.1:{node._sides.each[0].server.port}, 0 here now"


async def test_health_tells_of_refused_rules_and_a_link_that_is_down(
    node: Node, folder: Path, asterisk: FakeAsterisk
) -> None:
    (folder / "rules.yaml").write_text("agents: []")
    await ask(folder / "var/telekit.sock", "reload")
    await asterisk.shut()
    while (told := await ask_health(folder))["link"]["fine"]:  # noqa: ASYNC110
        await asyncio.sleep(0)
    assert not told["healthy"]
    assert not told["rules"]["fine"]
    assert "newer ones were refused" in told["rules"]["says"]
    assert told["fallback"]["says"] == "not known while the link is down"


async def test_a_caller_is_led_to_an_agent_and_told_in_the_journal(node: Node, folder: Path) -> None:
    caller = await FakeCaller.call(node._sides.each[0].server.port)
    noted = await caller.asked()
    assert noted[:2] == ["EXEC", "MSet"]
    assert re.fullmatch(r"TELEKIT_PLACE=\S+:0:help,_TELEKIT_OFFER=\S+\.1", noted[2])
    caller.reply("200 result=0")
    dial = await caller.asked()
    assert dial[:2] == ["EXEC", "Dial"]
    assert dial[2].startswith("PJSIP/amina,20,")
    caller.hang_up()
    caller.reply("200 result=0")
    await caller.asked()
    caller.reply("200 result=1 (CANCEL|0||||)")
    await caller.over()
    await node.stop(1)
    told = [fact.kind.value for fact in facts(folder) if fact.call is not None]
    assert told[:4] == ["call-arrived", "call-routed", "entered", "offered"]
    assert told[-2:] == ["abandoned", "call-ended"]


async def test_from_start_to_stop_it_stands_in_the_journal(folder: Path, asterisk: FakeAsterisk) -> None:
    node = Node(settings(folder, asterisk), folder)
    await node.start()
    await node.stop(0)
    assert kinds(folder) == ["started", "plan-loaded", "link-up", "phone", "stopped"]
    assert not (folder / "var/telekit.sock").exists()


async def test_a_queue_log_follows_the_journal_to_its_end_and_goes_on_there(
    folder: Path, asterisk: FakeAsterisk
) -> None:
    for _ in range(2):
        node = Node(
            settings(folder, asterisk, "queue_log: {file: log/queue_log, agents: {amina: PJSIP/204}}\n"), folder
        )
        (folder / "log").mkdir(exist_ok=True)
        await node.start()
        await reload(folder)
        assert (await ask_health(folder))["queue_log"]["fine"]
        await node.stop(0)
    rows = [line.split("|", 1)[1] for line in (folder / "log/queue_log").read_text().splitlines()]
    reloaded = "NONE|NONE|NONE|CONFIGRELOAD|"
    assert rows == ["NONE|NONE|PJSIP/204|AGENTLOGIN|", reloaded, reloaded]


async def test_a_queue_log_that_cannot_be_written_is_told_by_health(folder: Path, asterisk: FakeAsterisk) -> None:
    node = Node(settings(folder, asterisk, "queue_log: {file: gone/queue_log}\n"), folder)
    await node.start()
    await asyncio.to_thread(node._queue_log._writer.look, notes=False)  # type: ignore[union-attr]
    part = (await ask_health(folder))["queue_log"]
    await node.stop(0)
    assert not part["fine"]
    assert f"{folder}/gone/queue_log cannot be written: No such file or directory" in part["says"]


async def test_a_second_one_ends_without_a_trace_and_harms_not_the_first(
    node: Node, folder: Path, asterisk: FakeAsterisk
) -> None:
    second = Node(settings(folder, asterisk), folder)
    with pytest.raises(TelekitError, match="Another telekit already serves"):
        await second.start()
    await second.stop(0)
    assert (await ask_status(folder))["free"] == 1
    await node.stop(0)
    assert kinds(folder).count("stopped") == 1


def listening_on(told: Settings, **agi: object) -> Settings:
    return told.model_copy(update={"agi": told.agi.model_copy(update=agi)})


async def test_a_port_in_use_is_told_with_what_to_do(folder: Path, asterisk: FakeAsterisk, node: Node) -> None:
    told, port = settings(folder, asterisk, "control: other.sock\n"), node._sides.each[0].server.port
    second = Node(listening_on(told, port=port), folder)
    complaint = (
        f"telekit cannot listen for AGI on 127.0.0.1:{port}: another program does already; `ss -ltnp sport = :{port}` "
        "shows which. Stop it, or name another port as agi.port in telekit.yaml, then `telekit render asterisk`."
    )
    with pytest.raises(TelekitError, match=f"^{re.escape(complaint)}$"):
        await second.start()
    await second.stop(0)


async def test_a_port_in_use_is_told_at_once_also_to_who_waits_for_an_asterisk(
    folder: Path, asterisk: FakeAsterisk, node: Node
) -> None:
    told, port = settings(folder, asterisk, "control: other.sock\n"), node._sides.each[0].server.port
    await asterisk.shut()
    second = Node(listening_on(told, port=port), folder)
    with pytest.raises(TelekitError, match="another program does already"):
        async with asyncio.timeout(20):
            await second.start(insist=True)
    await second.stop(0)


async def test_calls_are_refused_to_the_dialplan_until_it_is_known_who_can_be_rung(
    folder: Path, asterisk: FakeAsterisk
) -> None:
    asterisk.mute = {"DeviceStateList"}
    node = Node(settings(folder, asterisk), folder)
    starting = asyncio.ensure_future(node.start())
    await asterisk.until(lambda: bool(asterisk.named("DeviceStateList")))
    with pytest.raises(ConnectionRefusedError):
        await FakeCaller.call(node._sides.each[0].server.port)
    asterisk.send(listing("DeviceStateChange", id_=asterisk.named("DeviceStateList")[0]["ActionID"]).encode())
    await starting
    caller = await FakeCaller.call(node._sides.each[0].server.port)
    assert await caller.asked()
    caller.hang_up()
    await node.stop(0)


@pytest.mark.parametrize(
    ("host", "why"),
    [
        ("192.0.2.77", "that is no address of this machine; check agi.host in telekit.yaml"),
        ("agi.invalid", "no machine is known by that name; check agi.host in telekit.yaml"),
        ("a..b", "no machine is known by that name; check agi.host in telekit.yaml"),
    ],
)
async def test_an_address_that_is_not_ours_is_told_with_what_to_do(
    folder: Path, asterisk: FakeAsterisk, host: str, why: str
) -> None:
    node = Node(listening_on(settings(folder, asterisk), host=host), folder)
    with pytest.raises(TelekitError, match=re.escape(f"telekit cannot listen for AGI on {host}:0: {why}")):
        await node.start()
    await node.stop(0)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ("rules: none.yaml", RulesError),
        ("scripts: none", SettingsError),
        ("asterisk: {secret: env:NOT_SET}", SettingsError),
        ("journal: rules.yaml/telekit.db", StoreError),
    ],
)
def test_what_cannot_be_used_is_told_before_anything_starts(
    folder: Path, monkeypatch: pytest.MonkeyPatch, wrong: str, error: type[TelekitError]
) -> None:
    monkeypatch.delenv("NOT_SET", raising=False)
    (folder / "telekit.yaml").write_text("\n".join({"rules": "rules: rules.yaml", wrong.split(":")[0]: wrong}.values()))
    monkeypatch.setenv("TELEKIT_AMI_SECRET", "sesame")
    with pytest.raises(error):
        Node(load_settings(folder / "telekit.yaml"), folder)


async def test_a_part_that_does_not_end_well_keeps_no_other_from_ending(
    folder: Path, asterisk: FakeAsterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = Node(settings(folder, asterisk), folder)
    await node.start()

    async def fail() -> None:
        raise RuntimeError("the link does not let go")

    switch = node._sides.switch
    stop, switch.stop = switch.stop, fail  # type: ignore[method-assign]
    with pytest.raises(RuntimeError, match="does not let go"):
        await node.stop(0)
    await stop()
    assert kinds(folder)[-1] == "stopped"
    assert not (folder / "var/telekit.sock").exists()


async def test_a_script_that_leaves_as_a_program_does_ends_its_own_call_and_not_telekit(
    node: Node, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "scripts/leaves.py").write_text("import sys\nasync def script(call):\n    sys.exit(3)\n")
    await reload(folder)
    caller = await FakeCaller.call(node._sides.each[0].server.port, "leaves")
    assert (await caller.asked())[:3] == ["SET", "VARIABLE", "TELEKIT_STATUS"]
    caller.hang_up()
    assert "script 'leaves' went wrong" in caplog.text
    assert (await ask_status(folder))["free"] == 1


async def test_it_can_be_told_to_hurry_while_a_script_goes_on(node: Node, folder: Path) -> None:
    (folder / "scripts/slow.py").write_text(
        "import asyncio\nasync def script(call):\n    await call.answer()\n    await asyncio.Event().wait()\n"
    )
    await reload(folder)
    caller = await FakeCaller.call(node._sides.each[0].server.port, "slow")
    await caller.does("200 result=0", "ANSWER")
    stopping = asyncio.ensure_future(node.stop(3600))
    await asyncio.sleep(0)
    assert not stopping.done()
    await node.hurry()
    await stopping
    await caller.over()


async def test_an_asterisk_that_refuses_ends_the_start_and_nothing_is_left(folder: Path) -> None:
    async with FakeAsterisk(secret="another") as asterisk:
        node = Node(settings(folder, asterisk), folder)
        with pytest.raises(TelekitError, match="refused the manager account 'telekit'"):
            await node.start()
        await node.stop(0)
    assert kinds(folder) == [FactKind.STARTED, FactKind.PLAN_LOADED, FactKind.STOPPED]
    assert not (folder / "var/telekit.sock").exists()


async def test_a_start_that_waits_for_asterisk_can_be_ended_and_answers_meanwhile(
    folder: Path, asterisk: FakeAsterisk
) -> None:
    await asterisk.shut()
    node = Node(settings(folder, asterisk), folder)
    starting = asyncio.ensure_future(node.start(insist=True))
    while not (folder / "var/telekit.sock").exists():  # noqa: ASYNC110
        await asyncio.sleep(0)
    assert (await ask_status(folder))["link"] == "not connected yet"
    starting.cancel()
    await asyncio.wait((starting,))
    await node.stop(0)
    assert kinds(folder)[-1] == "stopped"
