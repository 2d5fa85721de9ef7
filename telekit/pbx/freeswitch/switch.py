"""FreeSWITCH beside its calls: phones and legs, over the event socket."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from telekit.domain.names import CallId, LegId, OfferId
from telekit.domain.phone import Phone
from telekit.domain.queue import MissCause
from telekit.errors import LinkError, SwitchError
from telekit.pbx import word
from telekit.pbx.freeswitch.causes import TAKEN_BACK
from telekit.pbx.freeswitch.channels import EVENTS, Channels
from telekit.pbx.freeswitch.esl.event import Event
from telekit.pbx.freeswitch.esl.link import Link
from telekit.pbx.freeswitch.kept import Kept, Row
from telekit.pbx.freeswitch.outgoing import GONE, Outgoing
from telekit.pbx.kept_link import Insist
from telekit.pbx.losses import LinkDown
from telekit.pbx.port import OFFER_VARIABLE, LegAlive, LinkUp, Survey, SwitchEvent
from telekit.pbx.render.stamp import VARIABLE, Stamp

log = logging.getLogger(__name__)

FIRST_SURVEY_WITHIN = timedelta(seconds=15)
"""Then calls are taken although it is not known what is alive: better than not at all."""
SURVEY_TAKES = timedelta(seconds=30)
STAMP_TAKES = timedelta(seconds=3)
SURVEYED_AGAIN_AFTER = timedelta(seconds=5)
LATE = timedelta(seconds=2)
"""By which FreeSWITCH's tables of channels and registrations are behind, on a machine that is busy."""
AT_ONCE = 50
"""So many channels are asked about at the same time."""
NO_CALLS = "telekit calls nobody by itself on a FreeSWITCH"


class FreeSwitchSwitch:
    """Keep the `Switch` port on one link to the event socket."""

    def __init__(
        self,
        link: Link,
        domain: str,
        clock: Callable[[], datetime],
        *,
        outgoing: Outgoing | None = None,
        surveyed_again_after: timedelta = SURVEYED_AGAIN_AFTER,
    ) -> None:
        """`domain` is that of the directory under which agents' phones register.

        Without `outgoing`, whose link is the same, nobody can be called.
        """
        self._link = link
        self._outgoing = outgoing
        self._domain = domain
        self._clock = clock
        self._again = surveyed_again_after
        self._tell: Callable[[SwitchEvent], None] = _nobody
        self._channels = Channels(domain)
        self._kept = Kept()
        self._waiting: list[Event] | None = None
        """What was told while it was asked what is alive; None while that is known."""
        self._over: set[str] | None = None
        """The channels that have ended while it was looked again; None while it is not."""
        self._ups = 0
        self._first: asyncio.Future[None] | None = None

    async def start(self, tell: Callable[[SwitchEvent], None], *, insist: Insist = Insist.NO) -> None:
        """Connect, tell what is alive, and keep connected; `insist` says how far it tries for one that is away.

        Raises `SwitchError` when FreeSWITCH will not tell what is alive, besides what the port says.
        """
        self._tell = tell
        self._first = asyncio.get_running_loop().create_future()
        for name in EVENTS:
            self._link.subscribe(name, self._receive)
        if self._outgoing is not None:
            self._outgoing.start()
        self._link.on_up(self._rebuild)
        self._link.on_down(self._lost)
        await self._link.start(insist=insist)
        await asyncio.wait((self._first,), timeout=FIRST_SURVEY_WITHIN.total_seconds())
        if self._first.done():
            self._first.result()
        else:
            log.error("FreeSWITCH has not told what is alive; calls are taken, and it is asked again")

    async def fallback(self) -> Stamp | None:
        """Read what is written on the fallback that FreeSWITCH has loaded; None when there is none."""
        try:
            return Stamp.parse(await self._link.api(f"global_getvar {VARIABLE}", within=STAMP_TAKES))
        except SwitchError:  # what FreeSWITCH answers for a variable that is not there
            return None

    async def survey(self) -> Survey:
        """Ask what is alive."""
        channels = await self._ask_what_is_alive()
        return Survey(tuple(channels.phones()), tuple(channels.legs()))

    async def legs(self) -> Sequence[LegAlive]:
        """Ask which legs are alive; of those that talk on, no more than that they are there."""
        now, rows = self._clock(), await self._listed()
        heard_of = (row for row in rows if row["uuid"] in self._channels)
        known = {dump.get("Unique-ID", ""): dump for dump in self._kept.still_true(heard_of, now)}
        dumps = await self._dumps([uuid for uuid in self._with_those_heard_of(rows) if uuid not in known])
        self._kept.keep(rows, dumps, now)
        channels = Channels(self._domain)
        channels.know([*known.values(), *dumps], (), now)
        return tuple(channels.legs())

    async def hang_up(self, leg: LegId) -> None:
        """End one leg; a leg that is gone already is fine."""
        if self._outgoing is not None:
            self._outgoing.ends(leg)
        await self._ask_of(f"uuid_kill {leg} {TAKEN_BACK}")

    async def mark(self, leg: LegId, offer: OfferId) -> None:
        """Write an offer's name on a leg; a leg that is gone already is fine."""
        await self._ask_of(f"uuid_setvar {leg} {OFFER_VARIABLE} {word.offer(offer, 'FreeSWITCH')}")
        self._kept.forget(leg)

    async def call_out(
        self,
        phone: Phone,
        script: str,
        *,
        arguments: Mapping[str, str],
        leg: LegId,
        ring: timedelta,
        offer: OfferId | None = None,
        shown: str | None = None,
    ) -> MissCause | None:
        """Ring a phone, and let a script lead it once it has answered."""
        if self._outgoing is None:
            raise SwitchError(NO_CALLS)
        return await self._outgoing.call_out(
            phone, script, arguments=arguments, leg=leg, ring=ring, offer=offer, shown=shown
        )

    def note_led(self, call: CallId) -> None:
        """Take in that a script leads somebody; of those who were called, only their own connection tells."""
        if self._outgoing is not None:
            self._outgoing.leads(call)

    async def stop(self) -> None:
        """Close the link."""
        if self._outgoing is not None:
            self._outgoing.stop()
        await self._link.stop()

    async def _ask_of(self, line: str) -> None:
        try:
            await self._link.api(line)
        except SwitchError as error:
            if GONE not in str(error):
                raise

    def _receive(self, event: Event) -> None:
        if self._waiting is not None:
            self._waiting.append(event)
            return
        if self._over is not None and event.name == "CHANNEL_HANGUP_COMPLETE":
            self._over.add(event.get("Unique-ID", ""))
        for told in self._channels.take(event):
            self._tell(told)

    def _lost(self, why: str) -> None:
        self._waiting = None
        self._tell(LinkDown(why))

    async def _rebuild(self, version: str) -> None:
        """Tell what is alive, however often that has to be asked, unless the link is lost meanwhile."""
        self._ups += 1
        up = self._ups
        while True:
            self._waiting = []
            try:
                channels = await self._ask_what_is_alive()
                if up != self._ups or not self._link.up:
                    return
                self._channels, news, self._waiting = channels, self._waiting, None
                # What was told meanwhile may be in there already: what is alive is begun anew by it, never twice ended.
                caught_up = [told for event in news for told in channels.take(event)]
                self._tell(LinkUp(Survey(tuple(channels.phones()), tuple(channels.legs())), f"FreeSWITCH {version}"))
                for told in caught_up:
                    self._tell(told)
                self._survey_done(None)
                await self._look_again(up)
                return
            except LinkError as error:
                log.warning("FreeSWITCH did not tell what is alive: %s", error)
            except SwitchError as error:
                refused = SwitchError(
                    f"{error}. Give telekit's user the esl-allowed-api that its own directory entry gives it"
                )
                log.error("%s", refused)
                self._survey_done(refused)
            await asyncio.sleep(self._again.total_seconds())
            if up != self._ups or not self._link.up:
                return

    async def _ask_what_is_alive(self) -> Channels:
        """Ask for all channels with what telekit has written on them, and for all registrations."""
        now = self._clock()
        registered = await self._registered()
        channels = Channels(self._domain, self._channels.known)
        channels.know(await self._dumps(await self._uuids()), registered, now)
        return channels

    async def _uuids(self) -> list[str]:
        return self._with_those_heard_of(await self._listed())

    async def _listed(self) -> list[dict[str, Any]]:
        return _rows(await self._link.api("show channels as json", within=SURVEY_TAKES))

    def _with_those_heard_of(self, rows: Iterable[Row]) -> list[str]:
        """Name all channels: what was just told of is not in FreeSWITCH's table yet."""
        return list(dict.fromkeys([*(row["uuid"] for row in rows), *self._channels]))

    async def _registered(self) -> list[str]:
        rows = _rows(await self._link.api("show registrations as json", within=SURVEY_TAKES))
        return [row["reg_user"] for row in rows if row.get("realm") == self._domain]

    async def _dumps(self, uuids: Sequence[str]) -> list[Mapping[str, str]]:
        """Ask for all that is written on channels; those that have ended meanwhile are left out."""
        dumps: list[Mapping[str, str] | None] = []
        for start in range(0, len(uuids), AT_ONCE):
            dumps += await asyncio.gather(*(self._dump(uuid) for uuid in uuids[start : start + AT_ONCE]))
        return [dump for dump in dumps if dump is not None]

    async def _dump(self, uuid: str) -> Mapping[str, str] | None:
        """Ask for all that is written on a channel; None for one that has ended meanwhile."""
        try:
            told = await self._link.api(f"uuid_dump {uuid} json")
        except SwitchError as error:
            if GONE in str(error):
                return None
            raise
        return {name: str(value) for name, value in _read(told).items()}

    async def _look_again(self, up: int) -> None:
        """Tell of what was too new, when the link came up, to be in FreeSWITCH's tables."""
        await asyncio.sleep(LATE.total_seconds())
        over: set[str] = set()
        self._over = over
        try:
            with suppress(LinkError, SwitchError):
                registered, now = await self._registered(), self._clock()
                uuids = [uuid for uuid in await self._uuids() if uuid not in self._channels]
                dumps = [dump for dump in await self._dumps(uuids) if dump.get("Unique-ID") not in over]
                if up == self._ups and self._link.up:
                    for told in self._channels.learn(dumps, registered, now):
                        self._tell(told)
        finally:
            self._over = None

    def _survey_done(self, refused: SwitchError | None) -> None:
        if self._first is not None and not self._first.done():
            if refused is None:
                self._first.set_result(None)
            else:
                self._first.set_exception(refused)
                self._first.exception()  # seen: the log has it, should nobody wait for it any more


def _rows(told: str) -> list[dict[str, Any]]:
    """Read what `show … as json` prints: no rows at all where there are none."""
    return list(_read(told).get("rows", ()))


def _read(told: str) -> Mapping[str, Any]:
    try:
        read: Mapping[str, Any] = json.loads(told)
    except ValueError as error:
        raise SwitchError(f"FreeSWITCH answered {told[:60]!r} where JSON was to come") from error
    return read


def _nobody(event: SwitchEvent) -> None:
    """Stand in until somebody listens."""
