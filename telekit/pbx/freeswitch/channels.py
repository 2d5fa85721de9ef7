"""FreeSWITCH's channels as its events tell them, and what each event means to telekit.

Source: FreeSWITCH src/switch_channel.c, switch_channel_event_set_basic_data; mod_sofia's sofia_reg.c; observed on
1.10.12.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from telekit.domain.names import OURS, CallId, LegId, OfferId, call_of
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.place import VARIABLE as PLACE_VARIABLE
from telekit.domain.place import Place
from telekit.pbx.freeswitch.causes import DROPPED, REFUSALS
from telekit.pbx.freeswitch.esl.event import Event
from telekit.pbx.freeswitch.passing import is_led, passing
from telekit.pbx.port import (
    OFFER_VARIABLE,
    CallerLeft,
    HoldChanged,
    LegAlive,
    LegEnded,
    OfferJoined,
    OfferRings,
    PhoneRegisters,
    PhoneState,
    SwitchEvent,
    Transferred,
)

EVENTS = (
    *("CHANNEL_CREATE", "CHANNEL_BRIDGE", "CHANNEL_UNBRIDGE", "CHANNEL_HOLD", "CHANNEL_UNHOLD"),
    *("CHANNEL_HANGUP_COMPLETE", "sofia::register", "sofia::unregister", "sofia::expire"),
)
"""What telekit asks for."""


@dataclass(slots=True)
class Channel:
    """One channel that is alive."""

    leg: LegId
    phone: Phone | None
    offer: OfferId | None
    """Written on it: on an agent's leg its own, on a caller's the last that was made of the call."""
    place: str
    """Written on a caller's leg by telekit; empty on others."""
    since_at: datetime
    answered: bool
    joined_with: LegId | None = None
    wanders: bool = False
    """A caller whom an agent has passed on, and of whom it is not known yet whom they meet."""

    @property
    def agents(self) -> bool:
        """Whether this is an agent's leg, and no caller's."""
        return self.offer is not None and call_of(self.offer) != CallId(self.leg)

    def alive(self) -> LegAlive | None:
        """Tell it as the port does; None for one that telekit has nothing to do with."""
        if self.offer is None and not self.place and not self.leg.startswith(OURS):
            return None
        waits = Place.parse(self.place)
        return LegAlive(
            self.leg,
            call_of(self.offer) if self.agents and self.offer is not None else CallId(self.leg),
            self.offer if self.agents else None,
            self.phone,
            self.joined_with is not None,
            waits.queue if waits else None,
            self.since_at,
            self.answered,
        )


def joined_with(told: Mapping[str, str]) -> LegId | None:
    """Give the leg with which a channel is joined.

    One that was answered names its caller at once, also while it is asked for the key, or hears a whisper: that is over
    once it was bridged. Source: FreeSWITCH src/switch_ivr_originate.c, collect_thread_run; src/switch_ivr_bridge.c,
    switch_ivr_multi_threaded_bridge.
    """
    if told.get("Answer-State") != "answered":
        return None
    if "variable_group_confirm_key" in told and not told.get("variable_last_bridge_to"):
        return None
    return LegId(told.get("Other-Leg-Unique-ID", "")) or None


class Channels:
    """All that are alive, and the phones that are registered."""

    def __init__(self, domain: str, known: Iterable[Phone] = ()) -> None:
        """`domain` is that of the agents' phones: accounts of another are no agents'.

        Of the phones that were `known` before it is told too when they are not registered any more.
        """
        self._domain = domain
        self.known = set(known)
        self._alive: dict[LegId, Channel] = {}
        self._engaged: dict[Phone, set[LegId]] = {}
        self._registered: set[Phone] = set()
        self._heard: dict[Phone, bool] = {}
        """Those of which was told, since it was asked what is alive, that they are registered, or are not any more."""

    def __iter__(self) -> Iterator[LegId]:
        return iter(self._alive)

    def __contains__(self, leg: object) -> bool:
        return leg in self._alive

    def legs(self) -> Iterator[LegAlive]:
        """Tell every channel that telekit has written on."""
        return (leg for channel in self._alive.values() if (leg := channel.alive()) is not None)

    def phones(self) -> Iterator[PhoneState]:
        """Tell every phone that is registered or in use, or was."""
        return map(self._state, self.known)

    def know(self, channels: Iterable[Mapping[str, str]], registered: Iterable[str], now: datetime) -> None:
        """Begin anew with what FreeSWITCH says is alive."""
        self._alive.clear()
        self._engaged.clear()
        for told in channels:
            self._begin(told, now)
        self._registered = _phones(registered)
        self._heard.clear()
        self.known |= self._registered

    def learn(
        self, channels: Iterable[Mapping[str, str]], registered: Iterable[str], now: datetime
    ) -> list[SwitchEvent]:
        """Take in what else FreeSWITCH says is alive, and who is not registered any more, and tell what it means."""
        told: list[SwitchEvent] = []
        for one in channels:
            if LegId(one.get("Unique-ID", "")) not in self:
                told += self._created(one, now)
        before = self._registered
        heard_of = {phone for phone, is_registered in self._heard.items() if is_registered}
        self._registered = _phones(registered) - self._heard.keys() | heard_of
        self.known |= self._registered
        return [*told, *map(self._state, before ^ self._registered)]

    def take(self, event: Event) -> list[SwitchEvent]:
        """Take in what happened and tell what it means."""
        leg = LegId(event.get("Unique-ID", ""))
        match event.name:
            case "CHANNEL_CREATE":
                return self._created(event, _when(event))
            case "CHANNEL_BRIDGE":
                return self._bridged(leg, LegId(event.get("Other-Leg-Unique-ID", "")), event)
            case "CHANNEL_UNBRIDGE":
                self._parted(leg)
                return []
            case "CHANNEL_HOLD" | "CHANNEL_UNHOLD":
                return self._held(leg, held=event.name == "CHANNEL_HOLD")
            case "CHANNEL_HANGUP_COMPLETE":
                return self._ended(leg, event)
            case "sofia::register":
                phone = self._account(event.get("from-user", ""), event.get("from-host", ""))
                return self._registers(phone) if phone is not None else []
            case "sofia::unregister" | "sofia::expire":
                user = event.get("from-user") or event.get("user") or ""
                phone = self._account(user, event.get("from-host") or event.get("host") or "")
                return self._unregisters(phone) if phone is not None else []
        return []

    def _created(self, of: Mapping[str, str], at: datetime) -> list[SwitchEvent]:
        channel = self._begin(of, at)
        told: list[SwitchEvent] = []
        if channel.phone is not None:
            told.append(self._state(channel.phone))
        if channel.agents and channel.offer is not None:
            told.append(OfferRings(channel.offer, channel.leg))
            if channel.joined_with is not None:
                told.append(OfferJoined(channel.offer, channel.leg, channel.phone))
        return told

    def _begin(self, told: Mapping[str, str], now: datetime) -> Channel:
        leg = LegId(told.get("Unique-ID", ""))
        user, _, host = (told.get("Channel-Presence-ID") or told.get("variable_presence_id") or "").partition("@")
        phone = self._account(user or told.get("variable_sip_auth_username", ""), host)
        offer = OfferId(told.get(f"variable_{OFFER_VARIABLE}", "")) or None
        answered = told.get("Answer-State") == "answered"
        place = told.get(f"variable_{PLACE_VARIABLE}", "")
        channel = Channel(leg, phone, offer, place, now, answered, joined_with(told))
        self._alive[leg] = channel
        if phone is not None:
            self._engaged.setdefault(phone, set()).add(leg)
            self.known.add(phone)
        return channel

    def _bridged(self, leg: LegId, other: LegId, event: Event) -> list[SwitchEvent]:
        one, two = self._alive.get(leg), self._alive.get(other)
        news = [each for each in (one, two) if each is not None and each.joined_with not in (leg, other)]
        if one is not None:
            one.joined_with = other
            one.offer = OfferId(event.get(f"variable_{OFFER_VARIABLE}", "")) or one.offer
        if two is not None:
            two.joined_with = leg
        if one is not None and is_led(event):
            one.wanders = False
        joined = [each for each in news if each.agents]
        if not joined and news and one is not None and two is not None:
            return self._met(one, two)
        return [OfferJoined(each.offer, each.leg, each.phone) for each in joined if each.offer is not None]

    def _met(self, one: Channel, two: Channel) -> list[SwitchEvent]:
        """Take in whom a caller meets who was passed on, if one of these is such a caller."""
        caller, met = (one, two) if one.wanders else (two, one)
        if not caller.wanders or caller.offer is None:
            return []
        # From now on that leg is told of as of one that was made for the offer.
        caller.wanders, met.offer = False, caller.offer
        return [OfferJoined(caller.offer, met.leg, met.phone)]

    def _parted(self, leg: LegId) -> None:
        channel = self._alive.get(leg)
        if channel is None:
            return
        other, channel.joined_with = channel.joined_with, None
        if other is not None and other in self._alive and self._alive[other].joined_with == leg:
            self._alive[other].joined_with = None

    def _held(self, leg: LegId, *, held: bool) -> list[SwitchEvent]:
        channel = self._alive.get(leg)
        if channel is None or not channel.agents or channel.offer is None:
            return []
        return [HoldChanged(channel.offer, leg, held)]

    def _ended(self, leg: LegId, event: Event) -> list[SwitchEvent]:
        self._parted(leg)
        channel = self._alive.pop(leg, None)
        if channel is None:
            return []
        told: list[SwitchEvent] = []
        offer = OfferId(event.get(f"variable_{OFFER_VARIABLE}", "")) or channel.offer
        if offer is not None and call_of(offer) == CallId(leg):
            told.append(CallerLeft(call_of(offer)))
        elif offer is not None:
            was_answered = event.get("Caller-Channel-Answered-Time", "0") not in ("", "0")
            if was_answered:
                told += self._passed_on(offer, channel, event)
            cause = event.get("Hangup-Cause", "")
            refused = None if was_answered else REFUSALS.get(cause)
            told.append(LegEnded(offer, leg, refused, dropped=cause == DROPPED))
        if channel.phone is not None:
            legs = self._engaged.get(channel.phone, set())
            legs.discard(leg)
            if not legs:
                self._engaged.pop(channel.phone, None)
                told.append(self._state(channel.phone))
        return told

    def _passed_on(self, offer: OfferId, agent: Channel, event: Event) -> list[SwitchEvent]:
        """Tell of a caller whom an agent has passed on, and whom they talk with where that is so already."""
        way, caller = passing(event), self._alive.get(LegId(call_of(offer)))
        if way is None or caller is None:
            return []
        target = way.target or (caller.joined_with if way.is_joined else None)
        found = self._alive.get(target) if target is not None else None
        told = Transferred(offer, agent.leg, agent.phone, way.number, target, found.phone if found else None)
        if found is not None:
            found.offer, found.joined_with, caller.joined_with = offer, caller.leg, found.leg
            return [told]
        caller.wanders = True
        met = self._alive.get(caller.joined_with) if caller.joined_with is not None else None
        return [told, *(self._met(caller, met) if met is not None else ())]

    def _registers(self, phone: Phone) -> list[SwitchEvent]:
        is_news = phone not in self._registered
        self._registered.add(phone)
        self.known.add(phone)
        self._heard[phone] = True
        return [self._state(phone), PhoneRegisters(phone)] if is_news else [PhoneRegisters(phone)]

    def _unregisters(self, phone: Phone) -> list[SwitchEvent]:
        self._registered.discard(phone)
        self._heard[phone] = False
        return [self._state(phone)]

    def _state(self, phone: Phone) -> PhoneState:
        return PhoneState(phone, phone in self._registered, phone in self._engaged)

    def _account(self, user: str, host: str) -> Phone | None:
        return Phone(PhoneKind.SIP, user) if user and host in ("", self._domain) else None


def _phones(accounts: Iterable[str]) -> set[Phone]:
    return {Phone(PhoneKind.SIP, account) for account in accounts}


def _when(event: Event) -> datetime:
    return datetime.fromtimestamp(event.fired_at, tz=UTC)
