"""How callers are called back, as written."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from telekit.domain.callback import First, Keep
from telekit.rules.document.menu import KEYS
from telekit.rules.document.shape import Document
from telekit.rules.field import OutsideNumber, OutsidePrefix, lasting, whole, word
from telekit.rules.form import OneOrMany, Written
from telekit.rules.mistake import Mistake
from telekit.rules.number import OUTSIDE_PREFIX_FORM

_KEY_FORM = "a key of the telephone such as 5"


def _parse_key(text: str) -> str:
    if text in KEYS:
        return str(text)
    hint = "0 to 9, or in quotes * and #"
    raise Mistake(f"expected {_KEY_FORM}, not '{text}'", hint)


_KEY_SCHEMA = {"type": ["string", "integer"], "pattern": "^[0-9*#]$", "minimum": 0, "maximum": 9}
Key = Annotated[str, Written(_KEY_FORM, _KEY_SCHEMA, _parse_key)]


class Offered(StrEnum):
    """What a caller who waits may be offered."""

    CALLBACK = "callback"


OfferedText = Annotated[Offered, word("offer", Offered)]


class CallbackDocument(Document):
    """How callers of a queue are called back, who hang up and keep their place."""

    form: ClassVar = "a callback such as {key: 5} or {tries: 3, every: 10m}"

    key: Key | None = Field(
        None,
        description=(
            "What a caller who waits presses to ask for a callback; they are told of it when they begin to wait and "
            "every two minutes. Left out, a callback is only offered by a step, an overflow or `no_agent`."
        ),
        examples=["5"],
    )
    first: Annotated[First, word("party", First)] = Field(
        First.AGENT,
        description=(
            "Whose phone rings first when the turn has come: the `agent`'s, so that nobody who is called back has to "
            "wait; or the `caller`'s, who presses a key, so that no agent listens to a phone that rings in vain."
        ),
        examples=["caller"],
    )
    tries: Annotated[int, whole(1, 10, "a number of tries")] = Field(
        3, description="How often the person is rung at most. 1 to 10.", examples=["2"]
    )
    every: Annotated[timedelta, lasting("1m", "24h")] = Field(
        timedelta(minutes=10),
        description="How long after one try the next may follow; the place in the line is kept. 1m to 24h.",
        examples=["15m"],
    )
    ring: Annotated[timedelta, lasting("5s", "2m")] = Field(
        timedelta(seconds=30), description="How long the person's phone rings. 5s to 2m.", examples=["40s"]
    )
    number: OutsideNumber | None = Field(
        None,
        description=(
            "The number that the person sees, one of yours; if left out, the one that they had dialled. That of the "
            "settings (`asterisk.number`) comes before both."
        ),
        examples=["+33199001234"],
    )
    allow: Annotated[tuple[OutsidePrefix, ...], OneOrMany(OUTSIDE_PREFIX_FORM)] = Field(
        (),
        description=(
            "How other numbers begin at which callers may ask to be called; if left out, they are only called at the "
            "one that they call from."
        ),
        examples=["+33", "[+33, +32]"],
    )
    keep: Annotated[Keep, word("time to keep", Keep)] = Field(
        Keep.TODAY,
        description=(
            "What becomes of a callback when everybody who could make it has gone: `today`, it lapses unless somebody "
            "comes while the queue is still open; `next-shift`, it waits for them, however long that is."
        ),
        examples=["next-shift"],
    )
