"""An agent as written."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from telekit.domain.agent import Login
from telekit.rules.document.shape import Document
from telekit.rules.field import Line, PhoneText, Proficiency, ShiftRef, SkillRef, Zone, word
from telekit.rules.form import OneOrMany
from telekit.rules.number import PHONE_FORM


class Language(StrEnum):
    """A language that telekit speaks."""

    ENGLISH = "en"
    FRENCH = "fr"


class AgentDocument(Document):
    """A person who takes calls."""

    form: ClassVar = "an agent such as {phone: sip:amina, skills: {french: 9}, shifts: early}"

    name: Line | None = Field(
        None, description="The full name, for people to read; the agent's key if left out.", examples=["Amina Benali"]
    )
    phone: Annotated[tuple[PhoneText, ...], OneOrMany(PHONE_FORM, unique=True)] = Field(
        description=(
            "How to ring the agent: `sip:` and the account that registers from home, or `tel:` and a number "
            "of the public network, where the agent must press a key before the caller is joined. "
            "Of a list, the first that is reachable is rung."
        ),
        examples=["sip:amina", "[sip:luc, tel:+33199005512]"],
    )
    skills: dict[SkillRef, Proficiency] = Field(
        {}, description="What the agent can do, and how well: 1 to 10.", examples=["{french: 9, billing: 7}"]
    )
    shifts: Annotated[tuple[ShiftRef, ...], OneOrMany("the name of a shift", unique=True)] = Field(
        (),
        description="When the agent works: names of shifts. No phone rings outside them.",
        examples=["early", "[early, saturdays]"],
    )
    timezone: Zone | None = Field(
        None,
        description="The zone in which the agent's shifts are told; that of the rules if left out.",
        examples=["Indian/Reunion"],
    )
    login: Annotated[Login, word("way to log in", Login)] = Field(
        Login.ROSTER,
        description="What logs the agent in: `roster`, the start of a shift; or `code`, a code dialled by the agent.",
        examples=["code"],
    )
    language: Annotated[Language, word("language", Language)] = Field(
        Language.ENGLISH, description="The language in which telekit speaks to the agent.", examples=["fr"]
    )
