"""A node that takes in what the journal knows from before its start."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from telekit.domain.fact import Fact
from telekit.errors import StoreError
from telekit.node import Node
from telekit.service import recall
from telekit.service.control import ask
from tests.pbx.asterisk.ami.fake import FakeAsterisk
from tests.test_node import ask_status, asterisk, folder, settings

__all__ = ["asterisk", "folder"]


async def test_promises_that_the_journal_cannot_tell_at_the_start_are_asked_for_again(
    folder: Path, asterisk: FakeAsterisk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def locked(_since: object) -> Sequence[Fact]:
        raise StoreError("it is locked")

    node = Node(settings(folder, asterisk), folder)
    read = node._journal.promised
    monkeypatch.setattr(recall, "AGAIN_AFTER", 0.01)
    monkeypatch.setattr(node._journal, "promised", locked)
    await node.start()
    assert "is asked again: it is locked" in caplog.text
    monkeypatch.setattr(node._journal, "promised", read)
    assert node._recalling is not None
    await node._recalling
    assert "it is known now" in caplog.text
    await node.stop(0)


async def test_a_word_that_is_told_while_older_ones_are_still_read_counts_as_the_later_one(
    folder: Path, asterisk: FakeAsterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = Node(settings(folder, asterisk), folder)
    await older.start()
    await ask(folder / "var/telekit.sock", "agent", agent="amina", word="logout")
    await older.stop(0)
    newer = Node(settings(folder, asterisk), folder)
    reads, may_go_on = asyncio.Event(), asyncio.Event()
    read = newer._journal.of_agents

    async def read_slowly() -> Sequence[Fact]:
        older = await read()
        reads.set()
        await may_go_on.wait()
        return older

    monkeypatch.setattr(newer._journal, "of_agents", read_slowly)
    starting = asyncio.ensure_future(newer.start())
    await reads.wait()
    login = asyncio.ensure_future(ask(folder / "var/telekit.sock", "agent", agent="amina", word="login"))
    assert (await ask_status(folder))["agents"], "it was heard by now"
    may_go_on.set()
    await starting
    await login
    assert [agent["presence"] for agent in (await ask_status(folder))["agents"]] == ["available"]
    await newer.stop(0)


async def test_what_goes_wrong_while_they_are_asked_for_again_is_told_and_the_end_waits_for_it(
    folder: Path, asterisk: FakeAsterisk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked = asyncio.Event()

    async def locked(_since: object) -> Sequence[Fact]:
        raise StoreError("it is locked")

    async def odd(_since: object) -> Sequence[Fact]:
        asked.set()
        raise ValueError("that is no promise")

    monkeypatch.setattr(recall, "AGAIN_AFTER", 0.01)
    for again in (odd, locked):
        node = Node(settings(folder, asterisk), folder)
        monkeypatch.setattr(node._journal, "promised", locked)
        await node.start()
        monkeypatch.setattr(node._journal, "promised", again)
        if again is odd:
            await asked.wait()
        await node.stop(0)
        assert node._recalling is not None
        assert node._recalling.done()
    assert "may have to wait for the next one" in caplog.text
    assert "that is no promise" in caplog.text
