"""From documents to the plan: what was written, in the nouns of the domain, with its origins."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from sys import intern
from typing import Any
from zoneinfo import ZoneInfo

from telekit.domain.agent import Agent
from telekit.domain.announce import SILENT, Announce, Comfort
from telekit.domain.callback import CallbackRules
from telekit.domain.destination import (
    Destination,
    HangUp,
    ToCallback,
    ToMenu,
    ToNumber,
    ToQueue,
    ToScript,
    ToVoicemail,
    Treatment,
)
from telekit.domain.hours import Hours, Shift
from telekit.domain.lookup import Lookup
from telekit.domain.names import (
    AgentName,
    ListName,
    LookupName,
    MenuName,
    QueueName,
    ScriptName,
    ShiftName,
    VariableName,
)
from telekit.domain.origin import Origin
from telekit.domain.preference import Preference
from telekit.domain.queue import (
    Consequence,
    Exit,
    Invitation,
    MissCause,
    Overflow,
    PauseAfter,
    Queue,
    Skip,
    Step,
    UntilRegistered,
)
from telekit.domain.route import Given, Inquiry, Menu, Numbers, Route
from telekit.domain.skill import Requirement
from telekit.domain.whisper import Whisper
from telekit.rules.document.agent import AgentDocument
from telekit.rules.document.announce import AnnounceDocument, ComfortDocument
from telekit.rules.document.destination import DestinationDocument, End, TreatmentDocument
from telekit.rules.document.lookup import LookupDocument
from telekit.rules.document.menu import MenuDocument
from telekit.rules.document.queue import ConsequenceDocument, MissedDocument, OnHolidays, QueueDocument, Return
from telekit.rules.document.route import NumbersDocument, RouteDocument, WhenDocument, Withheld
from telekit.rules.document.whisper import WhisperDocument
from telekit.rules.gather import Entry
from telekit.rules.tree import Mapping as Nodes
from telekit.rules.tree import Node, Sequence, Text

_NO_TIME = timedelta(0)
RING_OUTSIDE = timedelta(seconds=30)


def build_agent(entry: Entry, document: AgentDocument, zone: ZoneInfo) -> Agent:
    """Make an agent; `zone` is the plan's."""
    name = AgentName(_name(entry))
    return Agent(
        name=name,
        full_name=document.name or name,
        phones=document.phone,
        skills=document.skills,
        zone=document.timezone or zone,
        shifts=document.shifts,
        login=document.login,
        language=document.language.value,
        origin=_origin(entry),
        places=_places(entry),
    )


def build_shift(entry: Entry, hours: tuple[Hours, ...]) -> Shift:
    """Make a shift."""
    return Shift(ShiftName(_name(entry)), _placed(entry, entry.node, hours), _origin(entry))


def build_queue(entry: Entry, document: QueueDocument) -> Queue:
    """Make a queue; its first step, at zero, is what the queue itself requires."""
    origin = _origin(entry)
    node: Any = entry.node
    items = node.get("steps", ())
    asked = _places(entry).get("requires", origin)
    steps = [Step(_NO_TIME, Requirement.of(document.requires), document.strategy, origin=asked)]
    exits: list[Exit] = []
    invitations: list[Invitation] = []
    for written, item in zip(document.steps, items, strict=True):
        place = entry.source.origin(item.line, item.column)
        if written.go is not None:
            exits.append(Exit(written.after, build_destination(written.go), place))
        elif written.offer is not None:
            invitations.append(Invitation(written.after, place))
        else:
            strategy = written.strategy or document.strategy
            asks = Requirement.of(written.requires or {})
            steps.append(Step(written.after, asks, strategy, written.replace, place, written.withdraw))
    return Queue(
        name=QueueName(_name(entry)),
        steps=tuple(steps),
        opening=_placed(entry, node["open"], document.open) if document.open else (),
        open_on_holidays=document.holidays is OnHolidays.OPEN,
        exits=tuple(exits),
        invitations=tuple(invitations),
        overflow=tuple(_build_overflow(entry, document, node)),
        ring=document.ring,
        wrap_up=document.wrap_up,
        last_offer=document.last_offer,
        ages=document.ages,
        missed=_build_consequences(document.missed),
        closed=_build_treatment(document.closed),
        no_agent=replace(_build_treatment(document.no_agent), offers_callback=document.no_agent.offer is not None),
        music=document.music,
        announce=_build_announce(document.announce),
        comfort=_build_comfort(document.comfort),
        whisper=_build_whisper(document.whisper),
        callback=_build_callback(document),
        origin=origin,
    )


def build_route(entry: Entry, document: RouteDocument) -> Route:
    """Make a route."""
    when, go, prefer = document.when, document.go, document.prefer
    place = _build_place(document.queue, document.priority, document.menu, document.script)
    return Route(
        place if go is None else build_destination(go),
        dialed=_build_numbers(when.dialed) if when else None,
        caller=_build_numbers(when.caller) if when else None,
        given=_build_given(when),
        label=document.name or "",
        prefer=Preference(prefer.agent, prefer.for_, _places(entry)["prefer"]) if prefer is not None else None,
        origin=_origin(entry),
    )


def build_inquiry(entry: Entry, document: RouteDocument, lookup: LookupName) -> Inquiry:
    """Make what a route with a lookup asks."""
    when = document.when
    return Inquiry(
        lookup,
        dialed=_build_numbers(when.dialed) if when else None,
        caller=_build_numbers(when.caller) if when else None,
        given=_build_given(when),
        origin=_origin(entry),
    )


def build_lookup(entry: Entry, document: LookupDocument) -> Lookup:
    """Make a lookup."""
    return Lookup(
        name=LookupName(_name(entry)),
        url=document.get,
        within=document.within,
        keep=document.keep,
        gives=tuple(map(VariableName, document.gives)),
        origin=_origin(entry),
    )


def build_menu(entry: Entry, document: MenuDocument) -> Menu:
    """Make a menu."""
    return Menu(
        name=MenuName(_name(entry)),
        say=document.say,
        choices={key: build_destination(lead) for key, lead in document.choices.items()},
        nothing=build_destination(document.nothing),
        tries=document.tries,
        timeout=document.timeout,
        origin=_origin(entry),
        places=_places(entry),
    )


def build_destination(document: End | DestinationDocument) -> Destination:
    """Make a destination."""
    if isinstance(document, End):
        return ToVoicemail() if document is End.VOICEMAIL else HangUp()
    if document.queue is not None:
        return ToQueue(document.queue, document.priority or 0, document.keeps_age)
    if document.number is not None:
        otherwise = ToVoicemail() if document.otherwise is End.VOICEMAIL else HangUp()
        return ToNumber(document.number, document.ring or RING_OUTSIDE, otherwise)
    return _build_place(None, None, document.menu, document.script)


def _build_overflow(entry: Entry, document: QueueDocument, node: Any) -> Iterator[Overflow]:
    for written, item in zip(document.overflow, node.get("overflow", ()), strict=True):
        place = entry.source.origin(item.line, item.column)
        go = build_destination(written.go) if written.go is not None else ToCallback()
        yield Overflow(go, written.waiting, written.per_agent, place)


def _build_place(
    queue: QueueName | None, priority: int | None, menu: MenuName | None, script: str | None
) -> Destination:
    if queue is not None:
        return ToQueue(queue, priority or 0)
    if menu is not None:
        return ToMenu(menu)
    return ToScript(ScriptName(script or ""))


def _build_treatment(document: TreatmentDocument) -> Treatment:
    return Treatment(document.play, build_destination(document.then))


def _build_consequences(document: MissedDocument) -> Mapping[MissCause, Consequence]:
    return {
        MissCause.NO_ANSWER: _build_consequence(document.no_answer),
        MissCause.REJECTED: _build_consequence(document.rejected),
        MissCause.BUSY: _build_consequence(document.busy),
        MissCause.UNREACHABLE: _build_consequence(document.unreachable),
        MissCause.VOICEMAIL: _build_consequence(document.voicemail),
    }


def _build_consequence(document: ConsequenceDocument | Return) -> Consequence:
    if isinstance(document, Return):
        return UntilRegistered()
    if document.pause_after is not None:
        return PauseAfter(document.pause_after, document.for_)
    return Skip(document.skip or _NO_TIME)


def _build_announce(document: AnnounceDocument | None) -> Announce:
    return Announce(document.position, document.wait_every) if document is not None else SILENT


def _build_whisper(document: WhisperDocument | None) -> Whisper | None:
    return Whisper(document.say or (), document.wait, document.name) if document is not None else None


def _build_callback(queue: QueueDocument) -> CallbackRules | None:
    document = queue.callback
    if document is None:
        return CallbackRules() if queue.offers_callback else None
    return CallbackRules(
        key=document.key,
        first=document.first,
        tries=document.tries,
        every=document.every,
        ring=document.ring,
        number=document.number,
        allow=document.allow,
        keep=document.keep,
    )


def _build_comfort(document: ComfortDocument | None) -> Comfort | None:
    return Comfort(document.play, document.every) if document is not None else None


def _build_numbers(document: tuple[str, ...] | NumbersDocument | None) -> Numbers | None:
    if document is None:
        return None
    if isinstance(document, NumbersDocument):
        return Numbers(prefixes=document.starts or (), lists=tuple(ListName(name) for name in document.in_ or ()))
    return Numbers(
        frozenset(number for number in document if number is not Withheld.ANONYMOUS),
        anonymous=Withheld.ANONYMOUS in document,
    )


def _build_given(when: WhenDocument | None) -> Given:
    given = when.given if when is not None else {}
    return tuple((VariableName(intern(str(name))), frozenset(texts)) for name, texts in given.items())


def _placed(entry: Entry, node: Node, hours: tuple[Hours, ...]) -> tuple[Hours, ...]:
    """Note where each of the hours was written."""
    items = node if isinstance(node, Sequence) else [node]
    return tuple(
        replace(one, origin=entry.source.origin(item.line, item.column)) for one, item in zip(hours, items, strict=True)
    )


def _places(entry: Entry) -> dict[str, Origin]:
    """Give where each key of an entry was written."""
    keys = entry.node if isinstance(entry.node, Nodes) else ()
    return {intern(str(key)): entry.source.origin(key.line, key.column) for key in keys}


def _name(entry: Entry) -> str:
    return str(entry.key)


def _origin(entry: Entry) -> Origin:
    place: Text | Node = entry.node if entry.key is None else entry.key
    return entry.source.origin(place.line, place.column)
