"""A node that is given new rules and scripts while it runs."""

import asyncio
import gc
import threading
from pathlib import Path
from typing import Any

import pytest

from telekit import node as node_module
from telekit.acd.premises import Premises
from telekit.domain.fact import FactKind
from telekit.domain.names import AgentName
from telekit.domain.plan import Plan
from telekit.errors import TelekitError
from telekit.node import Node
from telekit.rules import load
from telekit.rules.fingerprint import fingerprint
from tests.test_node import RULES, ask_status, asterisk, facts, folder, kinds, node, reload

__all__ = ["asterisk", "folder", "node"]


async def test_rules_are_told_apart_by_their_fingerprint(node: Node, folder: Path) -> None:
    rules = folder / "rules.yaml"
    for text in (RULES, RULES.replace("amina", "luc"), RULES):
        rules.write_text(text)
        await reload(folder)
    await node.stop(0)
    loaded = [fact for fact in facts(folder) if fact.kind is FactKind.PLAN_LOADED]
    first, same, other, again = (fact.details["fingerprint"] for fact in loaded)
    assert first == same == again == fingerprint(rules, load([rules]))
    assert other != first


async def test_new_rules_hold_from_the_reload_on(node: Node, folder: Path) -> None:
    (folder / "rules.yaml").write_text(RULES.replace("amina", "luc"))
    assert await reload(folder) == {"message": "The new rules hold: 1 agents, 1 queues, 1 routes."}
    assert [agent["agent"] for agent in (await ask_status(folder))["agents"]] == ["luc"]


async def test_what_new_rules_need_is_made_aside_while_calls_are_led(
    node: Node, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_by = []

    class Watched(Premises):
        def __init__(self, plan: Plan) -> None:
            made_by.append(threading.current_thread())
            super().__init__(plan)

    monkeypatch.setattr(node_module, "Premises", Watched)
    monkeypatch.setattr("telekit.acd.distributor.Premises", Watched)
    (folder / "rules.yaml").write_text(RULES.replace("amina", "luc"))
    await reload(folder)
    assert len(made_by) == 1
    assert made_by[0] is not threading.main_thread()


async def test_the_collector_does_not_walk_through_new_rules(node: Node, folder: Path) -> None:
    (folder / "rules.yaml").write_text(RULES.replace("amina", "luc"))
    await reload(folder)
    assert gc.isenabled()
    agent = node.exchange.plan.agents[AgentName("luc")]
    assert gc.is_tracked(agent)
    assert not any(known is agent for known in gc.get_objects())
    gc.unfreeze()


async def test_rules_with_mistakes_leave_the_running_ones_as_they_are(node: Node, folder: Path) -> None:
    (folder / "rules.yaml").write_text(RULES.replace("skills: [french]", "skils: [french]"))
    answer = await reload(folder)
    assert "message" not in answer
    assert any("did you mean 'skills'?" in mistake for mistake in answer["mistakes"])
    assert (await ask_status(folder))["free"] == 1
    await node.stop(0)
    assert kinds(folder)[-2:] == ["plan-refused", "stopped"]


async def test_a_script_with_a_mistake_is_told_beside_the_new_rules(node: Node, folder: Path) -> None:
    (folder / "scripts/order.py").write_text("def script(:\n")
    (folder / "rules.yaml").write_text(RULES.replace("amina", "luc"))
    answer = await reload(folder)
    assert answer["message"].startswith("The new rules hold")
    assert f"{folder}/scripts/order.py:1: this is not Python" in answer["mistakes"][0]


@pytest.mark.parametrize("gone", ["scripts", "handlers"])
async def test_a_folder_that_is_gone_is_told_beside_the_new_rules(node: Node, folder: Path, gone: str) -> None:
    (folder / gone).rmdir()
    answer = await reload(folder)
    assert answer["message"].startswith("The new rules hold")
    assert str(folder / gone) in answer["mistakes"][0]


async def test_two_reloads_at_once_come_one_after_the_other(node: Node, folder: Path) -> None:
    first, second = await asyncio.gather(reload(folder), reload(folder))
    assert first == second


async def test_a_reload_that_telekits_end_overtakes_changes_nothing(
    node: Node, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def end_meanwhile(load: Any, *arguments: Any) -> Any:
        node._ends = True
        return load(*arguments)

    monkeypatch.setattr(asyncio, "to_thread", end_meanwhile)
    (folder / "rules.yaml").write_text(RULES.replace("amina", "luc"))
    with pytest.raises(TelekitError, match="about to end"):
        await node.reload()
    assert "amina" in node.exchange.plan.agents
