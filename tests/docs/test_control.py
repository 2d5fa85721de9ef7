"""The page on speaking to telekit from a program: its sample, its words, its answers."""

import asyncio
import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from telekit.callflow.word import Word
from telekit.service.agent_says import agent_says
from telekit.service.control import ControlSocket
from tests.acd.day import agent, plan
from tests.docs.page import DOCS, Page
from tests.service.world import World, routed

PAGE = Page(DOCS / "control.md")
ASK: Any = runpy.run_path(str(DOCS / "samples/control.py"))["ask"]


def row(word: str) -> str:
    (found,) = re.findall(rf"^\| `{word}` \|.*$", PAGE.text, re.MULTILINE)
    assert isinstance(found, str)
    return found


def test_every_word_of_an_agent_is_told_and_no_other() -> None:
    section = PAGE.text.partition("## What an agent says")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `([a-z-]+)` \| `\*", section, re.MULTILINE)) == {*Word}


async def test_the_sample_pauses_an_agent_and_every_key_of_the_answer_is_told(tmp_path: Path) -> None:
    async with World(routed(plan([agent("amina", "00:00-12:00,12:00-00:00")])), tmp_path) as world:
        world.phone("amina")
        path = tmp_path / "c"
        control = ControlSocket(path, {"agent": lambda request: agent_says(world.exchange, request)})
        await control.start()
        words = {"do": "agent", "agent": "amina", "word": "pause", "reason": "lunch"}
        told = await asyncio.to_thread(ASK, str(path), **words)
        assert (told["presence"], told["reason"]) == ("paused", "lunch")
        assert all(f"`{key}`" in row("agent") for key in [*told, *told["back"]])
        with pytest.raises(RuntimeError, match="There is no agent 'amin' in the rules that hold; did you mean 'amina'"):
            await asyncio.to_thread(ASK, str(path), do="agent", agent="amin")
        await control.stop()
