"""For whom a route holds its calls at first, as written."""

from datetime import timedelta
from typing import Annotated, ClassVar

from pydantic import Field

from telekit.domain.names import AgentName, VariableName
from telekit.domain.preference import GivenAgent, LastAgent, NamedAgent, WhichAgent
from telekit.rules.closest import closest
from telekit.rules.declared import Declared, Kind
from telekit.rules.document.shape import Document
from telekit.rules.field import lasting
from telekit.rules.form import Resolved
from telekit.rules.mistake import Mistake
from telekit.rules.name import NAME_PATTERN

LAST = "last"

_FORM = f"the name of an agent, {LAST}, or $ and what a lookup gives"


def _which(text: str, declared: Declared) -> WhichAgent:
    if text == LAST:
        return LastAgent()
    if text.startswith("$"):
        return GivenAgent(VariableName(declared.resolve_given(text.removeprefix("$"))))
    try:
        return NamedAgent(AgentName(declared.resolve(Kind.AGENT, text)))
    except Mistake as mistake:
        if closest(text, [LAST]) and not closest(text, declared.names[Kind.AGENT]):
            raise Mistake(mistake.message, f"did you mean '{LAST}'?") from None
        raise


WhichText = Annotated[
    WhichAgent, Resolved(_FORM, {"type": ["string", "integer"], "pattern": f"^[$]?{NAME_PATTERN}$"}, _which)
]


class PreferenceDocument(Document):
    """For which agent a call is held at first, as long as that agent is at work and could serve it."""

    form: ClassVar = "a preference such as {agent: last, for: 20s}"

    agent: WhichText = Field(
        description=(
            "The agent: by name; `last`, with whom the caller's number last talked; or `$agent`, whom a lookup names "
            "so. Who lacks what the queue requires is not preferred."
        ),
        examples=["last", "amina", "$agent"],
    )
    for_: Annotated[timedelta, lasting("1s", "1h")] = Field(
        timedelta(seconds=20),
        alias="for",
        description=(
            "How long the call is held before it is everybody's, from the moment it enters the queue. 1s to 1h."
        ),
        examples=["20s"],
    )
