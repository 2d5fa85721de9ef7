"""A node beside a FreeSWITCH played by hand: who it logs in as, what it knows of phones, and what health says."""

import json
from pathlib import Path

import pytest

from telekit.domain.fact import FactKind
from telekit.node import Node
from telekit.pbx.render.stamp import RENEWAL, Stamp
from telekit.settings import load_settings
from tests.pbx.freeswitch.peer import ACCEPTED, ASKS, OK, VERSION, Connection, Peer, answer
from tests.test_node import ask_health, ask_status, facts, folder

__all__ = ["folder"]

REGISTERED = json.dumps({"row_count": 1, "rows": [{"reg_user": "amina", "realm": "pbx.example.org"}]})
NOBODY = json.dumps({"row_count": 0})


class FreeSwitch:
    """Answers as one beside which telekit has just started; `rendered` is what stands on its fallback."""

    def __init__(self, registered: str = REGISTERED) -> None:
        self.asked: list[str] = []
        self.registered = registered
        self.rendered = "-ERR no reply\n"

    def __call__(self, telekit: Connection) -> None:
        telekit.send(ASKS)
        while command := telekit.command():
            self.asked.append(command)
            told = {
                "api version": VERSION,
                "api show channels as json": NOBODY,
                "api show registrations as json": self.registered,
                "api global_getvar telekit_rendered": self.rendered,
            }
            if command in told:
                telekit.send(answer(told[command]))
            else:
                telekit.send(ACCEPTED if command.startswith("userauth") else OK)


async def test_it_serves_beside_a_freeswitch_and_names_it_in_health(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ESL", "sesame")
    peer, freeswitch = Peer(), FreeSwitch()
    (folder / "telekit.yaml").write_text(
        f"rules: rules.yaml\nfreeswitch: {{port: {peer.account.port}, secret: env:ESL, domain: pbx.example.org, "
        "calls: {port: 0}}\n"
    )
    with peer.running(freeswitch):
        node = Node(load_settings(folder / "telekit.yaml"), folder)
        await node.start()
        try:
            status = await ask_status(folder)
            told = await ask_health(folder)
            freeswitch.rendered = str(Stamp.of(node.exchange.plan, node.exchange.now()))
            rendered = await ask_health(folder)
        finally:
            await node.stop(0)
    assert freeswitch.asked[0] == "userauth telekit@pbx.example.org:sesame"
    assert status["link"] == "up, FreeSWITCH 1.10.12-release"
    assert [agent["presence"] for agent in status["agents"]] == ["available"]
    assert told["link"]["says"].startswith(f"the link to FreeSWITCH at 127.0.0.1:{peer.account.port} is up since ")
    assert told["answers"]["says"].startswith("FreeSWITCH ")
    assert told["fallback"]["says"].endswith(RENEWAL["FreeSWITCH"])
    assert rendered["fallback"]["fine"]
    assert [fact.kind for fact in facts(folder)][-1] is FactKind.STOPPED
