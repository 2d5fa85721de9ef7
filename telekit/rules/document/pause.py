"""The reasons for a pause as written."""

from typing import ClassVar

from pydantic import Field

from telekit.rules.document.shape import DIGITS, Document
from telekit.rules.field import Line

KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "0")

Reason = Line | None


class PausesDocument(Document, json_schema_extra=DIGITS):
    """The reasons for which an agent may pause, by the key that tells them: `*731` is the one at key 1."""

    form: ClassVar = "reasons by key such as {1: lunch, 2: training}"

    key_1: Reason = Field(None, alias="1", description="What key 1 stands for.", examples=["lunch"])
    key_2: Reason = Field(None, alias="2", description="What key 2 stands for.", examples=["training"])
    key_3: Reason = Field(None, alias="3", description="What key 3 stands for.", examples=["team meeting"])
    key_4: Reason = Field(None, alias="4", description="What key 4 stands for.", examples=["break"])
    key_5: Reason = Field(None, alias="5", description="What key 5 stands for.", examples=["e-mail"])
    key_6: Reason = Field(None, alias="6", description="What key 6 stands for.", examples=["technical trouble"])
    key_7: Reason = Field(None, alias="7", description="What key 7 stands for.", examples=["coaching"])
    key_8: Reason = Field(None, alias="8", description="What key 8 stands for.", examples=["errand"])
    key_9: Reason = Field(None, alias="9", description="What key 9 stands for.", examples=["outgoing calls"])
    key_0: Reason = Field(None, alias="0", description="What key 0 stands for.", examples=["other"])

    @property
    def reasons(self) -> dict[str, str]:
        """Give the reason of each key that has one."""
        told = {key: getattr(self, f"key_{key}") for key in KEYS}
        return {key: reason for key, reason in told.items() if reason is not None}
