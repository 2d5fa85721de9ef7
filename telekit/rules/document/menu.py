"""Menus as written."""

from datetime import timedelta
from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from telekit.rules.document.destination import DestinationText
from telekit.rules.document.shape import DIGITS, Document
from telekit.rules.field import Prompts, lasting, whole
from telekit.rules.mistake import Mistake

KEYS = ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "#")

Choice = DestinationText | None


class MenuDocument(Document, json_schema_extra={"anyOf": [{"required": [key]} for key in KEYS], **DIGITS}):
    """A choice by key."""

    form: ClassVar = "a menu such as {say: welcome, 1: {queue: billing}, nothing: {queue: billing}}"

    say: Prompts = Field(
        description="The prompt, or prompts one after the other, that name the choices.", examples=["welcome"]
    )
    key_1: Choice = Field(None, alias="1", description="Where key 1 leads.", examples=["{queue: billing}"])
    key_2: Choice = Field(None, alias="2", description="Where key 2 leads.", examples=["{queue: technical}"])
    key_3: Choice = Field(None, alias="3", description="Where key 3 leads.", examples=["{menu: more}"])
    key_4: Choice = Field(None, alias="4", description="Where key 4 leads.", examples=["{script: survey}"])
    key_5: Choice = Field(None, alias="5", description="Where key 5 leads.", examples=["voicemail"])
    key_6: Choice = Field(None, alias="6", description="Where key 6 leads.", examples=["voicemail"])
    key_7: Choice = Field(None, alias="7", description="Where key 7 leads.", examples=["voicemail"])
    key_8: Choice = Field(None, alias="8", description="Where key 8 leads.", examples=["voicemail"])
    key_9: Choice = Field(None, alias="9", description="Where key 9 leads.", examples=["voicemail"])
    key_0: Choice = Field(None, alias="0", description="Where key 0 leads.", examples=["{queue: reception}"])
    key_star: Choice = Field(None, alias="*", description="Where the star leads; in quotes.", examples=["{menu: main}"])
    key_hash: Choice = Field(None, alias="#", description="Where the hash leads; in quotes.", examples=["hangup"])
    nothing: DestinationText = Field(
        description="Where a caller goes who pressed no key that leads anywhere, `tries` times.",
        examples=["{queue: billing}"],
    )
    tries: Annotated[int, whole(1, 10, "a number of tries")] = Field(
        3, description="How often the choices are said. 1 to 10.", examples=["2"]
    )
    timeout: Annotated[timedelta, lasting("1s", "1m")] = Field(
        timedelta(seconds=5), description="How long to wait for a key each time. 1s to 1m.", examples=["8s"]
    )

    @property
    def choices(self) -> dict[str, DestinationText]:
        """Give where each key leads that leads anywhere."""
        names = {"*": "star", "#": "hash"}
        leads = {key: getattr(self, f"key_{names.get(key, key)}") for key in KEYS}
        return {key: lead for key, lead in leads.items() if lead is not None}

    @model_validator(mode="after")
    def _has_keys(self) -> "MenuDocument":
        if not self.choices:
            raise Mistake("no key leads anywhere", "write at least one, such as 1: {queue: billing}")
        return self
