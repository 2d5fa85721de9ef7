"""Any pydantic model read from YAML gets its mistakes told at their place; the settings file is one."""

from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from telekit.rules.complaint import diagnose
from telekit.rules.gather import Entry
from telekit.rules.source import Source
from telekit.rules.tree import read_tree


class Link(BaseModel):
    """A part of some settings."""

    model_config = ConfigDict(extra="forbid")
    port: Annotated[int, Field(ge=1, le=65535)] = 5038
    transport: Literal["tls", "udp"] = "tls"
    secure: bool = True
    secret: Annotated[str, Field(pattern="^env:", examples=["env:SECRET"])] = "env:X"
    hosts: tuple[str, ...] = ()


class Whole(BaseModel):
    """Some settings."""

    model_config = ConfigDict(extra="forbid")
    link: Link
    weights: dict[str, int] = {}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("link: {prt: 1}", "1:8: link: unknown key 'prt'; did you mean 'port'?"),
        ("link: {port: many}", "1:14: link.port: expected a whole number, not 'many'"),
        ("link: {port: 0}", "1:14: link.port: must be at least 1, not '0'"),
        ("link: {port: 99999}", "1:14: link.port: must be at most 65535, not '99999'"),
        ("link: {transport: tsl}", "1:19: link.transport: unknown word 'tsl'; did you mean 'tls'?"),
        ("link: {secure: perhaps}", "1:16: link.secure: expected true or false, not 'perhaps'"),
        ("link: {secret: hunter2}", "1:16: link.secret: expected a value such as env:SECRET, not 'hunter2'"),
        ("link: {hosts: one}", "1:15: link.hosts: expected a list, not 'one'"),
        ("link: {hosts: [one, {}]}", "1:21: link.hosts[2]: expected text, not a mapping"),
        ("link: 5", "1:7: link: expected a mapping of keys to values, not '5'"),
        ("link: {}\nweights: [1]", "2:1: weights: expected a mapping, not a list"),
        ("link: {}\nweights: {a: b}", "2:14: weights.a: expected a whole number, not 'b'"),
        ("weights: {}", "1:1: 'link' is missing"),
    ],
)
def test_a_mistake_is_told_at_its_place(text: str, complaint: str) -> None:
    source = Source("settings.yaml", text, Path())
    tree, _ = read_tree(source)
    assert tree is not None
    with pytest.raises(ValidationError) as caught:
        Whole.model_validate(tree)
    told = [one.headline for one in diagnose(Entry(source, "", tree), caught.value, Whole)]
    assert told == [f"settings.yaml:{complaint}"]
