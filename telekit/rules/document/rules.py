"""All sections of the rules as written."""

from datetime import timedelta
from typing import Annotated, ClassVar

from pydantic import Field

from telekit.rules.document.agent import AgentDocument
from telekit.rules.document.exception import ExceptionText
from telekit.rules.document.lookup import LookupDocument
from telekit.rules.document.menu import MenuDocument
from telekit.rules.document.pause import PausesDocument
from telekit.rules.document.queue import QueueDocument
from telekit.rules.document.route import ListText, RouteDocument
from telekit.rules.document.shape import Document
from telekit.rules.field import Name, SkillItem, WeeklyHours, Zone, lasting
from telekit.rules.form import OneOrMany, Written
from telekit.rules.holiday import HOLIDAYS_FORM, HOLIDAYS_PATTERN, PublicHolidays, parse_holidays
from telekit.rules.weekly import HOURS_FORM

ShiftText = Annotated[tuple[WeeklyHours, ...], OneOrMany(HOURS_FORM)]
HolidaysText = Annotated[
    PublicHolidays,
    Written(HOLIDAYS_FORM, {"type": "string", "pattern": f"^{HOLIDAYS_PATTERN}$"}, parse_holidays),
]


class RulesDocument(Document):
    """Who may be called, when, for what. Sections may be spread over any number of files."""

    form: ClassVar = "sections such as agents, shifts, queues and routes"

    timezone: Zone | None = Field(
        None,
        description="The zone in which opening hours are told, and the shifts of agents who have no zone of their own.",
        examples=["Europe/Paris"],
    )
    holidays: HolidaysText | None = Field(
        None,
        description="Whose public holidays close queues, unless a queue says otherwise: a country, or a part of one.",
        examples=["FR", "DE-BY"],
    )
    skills: tuple[SkillItem, ...] = Field(
        (),
        json_schema_extra={"uniqueItems": True},
        description="Every skill there is; agents have them, queues require them.",
        examples=["[french, english, billing, technical]"],
    )
    agents: dict[Name, AgentDocument] = Field({}, description="The people who take calls, by name.")
    shifts: dict[Name, ShiftText] = Field(
        {},
        description=(
            "Named blocks of work. Each is told in the zone of the agent who works it. "
            "An end before or equal to the start is on the next day, and the shift belongs to its first day."
        ),
        examples=["{early: mon-fri 07:00-13:00, night: [mon-thu 22:00-06:00, fri 22:00-02:00]}"],
    )
    exceptions: tuple[ExceptionText, ...] = Field(
        (), description="What holds on one day instead of the week's pattern."
    )
    reminder: Annotated[timedelta, lasting("1m", "24h")] | None = Field(
        None,
        description=(
            "How long before a shift its agents are reminded who have no phone registered, by the program that `hook` "
            "in the settings names; nobody is, unless this is told."
        ),
        examples=["15m"],
    )
    pauses: PausesDocument | None = Field(
        None,
        description="The reasons for which agents may pause, by key; a pause needs none.",
        examples=["{1: lunch, 2: training}"],
    )
    queues: dict[Name, QueueDocument] = Field({}, description="Calls that wait for the same kind of help, by name.")
    lists: dict[Name, ListText] = Field(
        {},
        description="Named lists of numbers, for routes to ask: inline, or in a file.",
        examples=["{vip: [+33199005566, +33199005567], blocked: {file: blocked.csv}}"],
    )
    lookups: dict[Name, LookupDocument] = Field(
        {}, description="What is asked elsewhere about a call before a route is chosen, by name."
    )
    routes: tuple[RouteDocument, ...] = Field((), description="Which calls go where; the first that matches wins.")
    menus: dict[Name, MenuDocument] = Field({}, description="Choices by key, by name.")
