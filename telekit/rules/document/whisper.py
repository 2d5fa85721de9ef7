"""What is whispered to agents, as written."""

from typing import ClassVar

from pydantic import Field, model_validator

from telekit.rules.document.shape import Document
from telekit.rules.field import Prompts, Switch
from telekit.rules.mistake import Mistake


class WhisperDocument(Document, json_schema_extra={"anyOf": [{"required": [key]} for key in ("say", "wait", "name")]}):
    """What an agent hears after answering and before the caller is joined, who hears nothing of it."""

    form: ClassVar = "a whisper such as {say: custom/billing, wait: true}"

    say: Prompts | None = Field(
        None,
        description="The prompt, or prompts one after the other, that name the queue.",
        examples=["custom/billing"],
    )
    wait: Switch = Field(False, description="Whether to tell how long the caller has waited.", examples=["true"])
    name: Switch = Field(
        False, description="Whether to spell the caller's name, where the call brings one.", examples=["true"]
    )

    @model_validator(mode="after")
    def _tells_something(self) -> "WhisperDocument":
        if self.say is None and not (self.wait or self.name):
            raise Mistake("nothing is whispered", "write say: with a prompt's name, or wait: true")
        return self
