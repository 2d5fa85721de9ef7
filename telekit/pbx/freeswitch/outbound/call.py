"""A caller on FreeSWITCH: the `Call` port on one connection of the `socket` application."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TypeVar

from telekit.domain.call import Caller
from telekit.domain.line_check import LineReading
from telekit.domain.names import CallId, OfferId
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.place import VARIABLE as PLACE_VARIABLE
from telekit.domain.queue import MissCause
from telekit.errors import CallerGone, SwitchError, TelekitError, UnsafeValue
from telekit.pbx import word
from telekit.pbx.call_server import DONE, STATUS_VARIABLE
from telekit.pbx.freeswitch.esl.event import Event
from telekit.pbx.freeswitch.outbound import bridge
from telekit.pbx.freeswitch.outbound.bridge import Leg, Ring
from telekit.pbx.freeswitch.outbound.channel import caller_of, dialed_of, is_phone, script_of, variable
from telekit.pbx.freeswitch.outbound.keys import Heed
from telekit.pbx.freeswitch.outbound.line import measure
from telekit.pbx.freeswitch.outbound.recording import forget
from telekit.pbx.freeswitch.outbound.session import Session, Talk
from telekit.pbx.freeswitch.outbound.succession import succession
from telekit.pbx.freeswitch.outbound.surroundings import Surroundings
from telekit.pbx.freeswitch.outbound.variables import EXPORTED, LED_ON, Variables
from telekit.pbx.port import OFFER_VARIABLE, Missed, OfferOutcome, Recording, RingOutcome, Talked, Whisper
from telekit.pbx.verbs import SessionVerbs

T = TypeVar("T")

NONE = "none"
"""The keys that end a prompt, where none does."""
TYPED = "telekit_typed"
"""The variable that has the keys that were collected."""
LAST_TALK = "last_bridge_to"
"""The variable by which the dialplan knows that a conversation has outlived telekit."""
SILENCE = "silence_stream://1"
RINGING = "%(1500,3500,440)"
"""What a caller hears while a phone rings, where there is no music."""
ECHO_SILENCE = timedelta(seconds=4)
"""Of who says nothing to hear it again, nothing is played."""
SILENT = "variable_silence_hits_exhausted"
"""What of a recording's end says that it was silence."""
CLICK = timedelta(milliseconds=500)
QUIET = 200
"""The level of sound, of 32767, below which nobody speaks."""


class FreeSwitchCall(SessionVerbs):
    """One caller; made by the server when the channel is known."""

    session: Session

    def __init__(self, session: Session, channel: Mapping[str, str], surroundings: Surroundings) -> None:
        self.id = CallId(channel.get("Unique-ID", ""))
        self.script, self.arguments = script_of(channel)
        self.dialed = dialed_of(channel)
        self.caller: Caller = caller_of(channel)
        self.language = channel.get("variable_default_language", "en")
        self.over = False
        """The script hung up or handed the call back."""
        self.caller_left = False
        self.session = session
        self._surroundings = surroundings
        self._is_phone = is_phone(channel)
        self._dialplan = channel.get("Caller-Dialplan", "XML")
        self._number = surroundings.number
        self._loop = session.loop
        self._attempts = 0
        self._variables = Variables(channel, self.set)
        self._music: str | None = None
        self._has_talked = False
        """In what was bridged last."""
        self._passing: str | None = None  # a recording that goes with the call
        self._playing: str | None = None
        """The mark of the music that plays now."""
        self._given_up: asyncio.Task[str] | None = None
        """Gives that of what goes on although nobody waits for it any more."""

    @property
    def passed_on(self) -> bool:
        return self.session.passed_on

    @property
    def _music_plays(self) -> bool:
        return self._playing is not None

    async def answer(self) -> None:
        await self._run("answer")

    async def speak(self, language: str) -> None:
        await self._variables.let("default_language", language)
        self.language = language

    async def say_digits(self, digits: str, *, interrupt: str = "") -> str:
        return await self.play(*(f"digits/{digit}" for digit in word.digits(digits)), interrupt=interrupt)

    async def say_time(self, moment: datetime) -> None:
        await self._prepare()
        await self._variables.let("timezone", "UTC")
        # The wall clock's reading is sent as if it were UTC's: so FreeSWITCH's own table of zones is not asked.
        seconds = moment.hour * 3600 + moment.minute * 60
        await self._run("say", f"{self.language} current_time pronounced {seconds}")

    async def ask(self, *prompts: str, digits: int = 1, timeout: timedelta = timedelta(seconds=5)) -> str:
        first = await self.play(*prompts[:-1], interrupt=word.KEYS)
        if first == "#" or (first and digits == 1):
            return first.rstrip("#")
        last = f"{word.prompt(prompts[-1])}.wav" if prompts and not first else SILENCE
        return first + await self._collect(last, digits - len(first), timeout, "#")

    async def music_on(self, kind: str = "default") -> None:
        kind = word.music(kind)
        if self._playing is not None and self._music == kind:
            self._check()
            return
        await self._prepare()
        await self._variables.let("playback_terminators", NONE)
        await self._variables.let(LED_ON, "true")
        beginning = self._loop.create_task(self.session.begin("playback", f"local_stream://{kind}", Heed.KEPT))
        try:
            self._playing = await asyncio.shield(beginning)
        except asyncio.CancelledError:
            self._give_up(beginning)
            raise
        self._music = kind

    async def music_off(self) -> None:
        self._check()
        self._music = None
        await self._stop_music()

    async def offer(
        self,
        phones: Sequence[Phone],
        *,
        ring: timedelta,
        offer: OfferId | None = None,
        music: str | None = None,
        whisper: Whisper | None = None,
        variables: Mapping[str, str] | None = None,
        notes: Mapping[str, str] | None = None,
    ) -> OfferOutcome:
        self._attempts += 1
        token = offer or OfferId(f"{self.id}-{self._attempts}")
        legs = [Leg(token, phone, whisper) for phone in phones]
        what = self._ring(legs, ring, music).arguments(self._surroundings)
        self._check()
        if offer is not None:
            await self.set(OFFER_VARIABLE, offer)
        for name, value in {**(notes or {}), **(variables or {})}.items():
            await self.set(name, value)
        ended, talk = await self._bridge(what, music, legs, variables or ())
        if talk is not None:
            return Talked(talk.length)
        if whisper is None and bridge.put_down(ended, legs) is not None:
            return Talked(timedelta(0))
        return Missed(bridge.cause(ended, legs))

    async def connect(
        self, number: str, *, ring: timedelta, music: str | None = None, shown: str | None = None
    ) -> OfferOutcome:
        legs = [Leg(None, Phone(PhoneKind.TEL, number))]
        what = self._ring(legs, ring, music, shown).arguments(self._surroundings)
        ended, talk = await self._bridge(what, music, legs)
        return Talked(talk.length) if talk is not None else Missed(bridge.cause(ended, legs))

    async def ring_all(
        self,
        phones: Mapping[OfferId, Phone],
        *,
        ring: timedelta,
        music: str | None = None,
        whispers: Mapping[OfferId, Whisper] | None = None,
    ) -> RingOutcome:
        legs = bridge.legs_of(phones, whispers or {}, self._surroundings)
        unreachable = dict.fromkeys(phones.keys() - {leg.offer for leg in legs}, MissCause.UNREACHABLE)
        self._check()
        if not legs:
            return RingOutcome(None, timedelta(0), unreachable)
        what = self._ring(legs, ring, music).arguments(self._surroundings)
        await self.set(OFFER_VARIABLE, legs[-1].offer or "")
        ended, talk = await self._bridge(what, music, legs)
        if talk is not None:
            joined = next((leg.offer for leg in legs if leg.id == talk.leg), None)
            return RingOutcome(joined, talk.length, {})
        if (answered := bridge.put_down(ended, legs)) is not None:
            if whispers:
                return RingOutcome(None, timedelta(0), {answered: MissCause.REJECTED})
            return RingOutcome(answered, timedelta(0), {})
        return RingOutcome(None, timedelta(0), unreachable | bridge.causes(ended, legs))

    def _ring(self, legs: Sequence[Leg], ring: timedelta, music: str | None, shown: str | None = None) -> Ring:
        return Ring(self.id, legs, ring, self.language, self._shown(shown), self.dialed, music is not None)

    async def record(
        self,
        name: str,
        *,
        longest: timedelta = timedelta(minutes=3),
        silence: timedelta = timedelta(seconds=5),
    ) -> Recording:
        """Record until `#`, silence, the longest time, or a caller who hangs up when the message is said."""
        recording, _ = await self._record(name, longest, silence)
        return recording

    async def _record(self, name: str, longest: timedelta, silence: timedelta) -> tuple[Recording, bool]:
        """Record, and say whether it was silence that ended it."""
        path = self._recorded(name)
        await self._prepare()
        await self._variables.let(LED_ON, "false")
        await self._variables.let("playback_terminators", "#")
        began_at = self._loop.time()
        what = f"{path} {longest.total_seconds():.0f} {QUIET} {silence.total_seconds():.0f}"
        with suppress(CallerGone):
            ended = await self.session.run("record", what)
            length = ended.get("variable_record_ms", "")
            if length.isdigit():
                fell_silent = ended.get(SILENT) == "true"
                return Recording(path, timedelta(milliseconds=int(length))), fell_silent
        return Recording(path, timedelta(seconds=self._loop.time() - began_at)), False

    def _recorded(self, name: str) -> str:
        return f"{self._surroundings.recordings}/{word.file(name)}.wav"

    async def echo(self, *, longest: timedelta = timedelta(seconds=6)) -> bool:
        await self.session.hear_reports()
        name = f"echo-{word.file(self.id)}"
        self._passing = self._recorded(name)
        recording, fell_silent = await self._record(name, longest, ECHO_SILENCE)
        self._check()
        # So long a silence from the beginning on is all that there was. What gets lost makes any recording shorter.
        if recording.length <= (ECHO_SILENCE + CLICK if fell_silent else CLICK):
            return False
        await self._run("playback", recording.path)
        return True

    async def measure(self) -> LineReading:
        self._check()
        return await measure(self.session, self.id, self._surroundings.domain)

    async def get(self, name: str) -> str | None:
        self._check()
        told = await self.session.api(f"uuid_getvar {self.id} {variable(name)}")
        if told.startswith("-ERR"):
            raise self._caller_gone()
        return None if told == "_undef_" else told

    async def set(self, name: str, value: str) -> None:
        self._check()
        if any(ord(character) < 32 or ord(character) == 127 for character in value):
            raise UnsafeValue(f"the value of {name} holds a control character; nothing was sent")
        if name == PLACE_VARIABLE and self._is_phone:
            await self.set(*succession(value, self._dialplan))
        if name == PLACE_VARIABLE and self._has_talked:
            # Who stands in line again has no conversation that outlives telekit.
            await self.set(LAST_TALK, "")
            self._has_talked = False
        # A backslash, a quote and a space mean more than themselves there (src/switch_utils.c, unescape_char).
        escaped = value.replace("\\", "\\\\").replace("'", "\\'").replace(" ", "\\s")
        told = await self.session.api(f"uuid_setvar {self.id} {variable(name)} {escaped}".rstrip())
        if told.startswith("-ERR"):
            raise self._caller_gone()

    async def hang_up(self) -> None:
        """Hang the caller up; one who is gone already, or was handed back, is fine."""
        if self.over:
            return
        self.caller_left = self.session.hung_up and not self.passed_on
        if not self.session.hung_up:
            await self.session.api(f"uuid_kill {self.id} NORMAL_CLEARING")
        if self._passing is not None:
            await forget(self._passing)
        self.over = True
        self.session.close()

    async def hand_back(self, label: str | None = None) -> None:
        await self._prepare()
        await self._variables.put_back()
        await self._variables.let(LED_ON, "false")
        await self.set(STATUS_VARIABLE, DONE)
        if label is not None:
            await self.set("TELEKIT_LABEL", label)
        self.over = True
        self.session.close()

    async def _bridge(
        self, what: str, music: str | None, legs: Sequence[Leg], exported: Iterable[str] = ()
    ) -> tuple[Event, Talk | None]:
        """Bridge; give how it ended and, where sound flowed, with whom and for how long."""
        await self._prepare()
        heard = f"local_stream://{word.music(music)}" if music is not None else RINGING
        for name, value in (
            (EXPORTED, self._variables.exporting(exported)),
            (LED_ON, "false"),
            ("hangup_after_bridge", "false"),
            ("continue_on_fail", "true"),
            ("ringback", heard),
            ("transfer_ringback", heard),
        ):
            await self._variables.let(name, value)
        session = self.session
        session.talk = None
        try:
            ended = await session.run("bridge", what)
        except CallerGone:
            if session.talk is None:
                raise
            ended = Event.nothing()
        talk = session.talk or bridge.talk(ended, legs)
        self._has_talked = talk is not None
        if talk is None and session.hung_up:
            raise self._caller_gone()
        return ended, talk

    async def _play(self, prompt: str, interrupt: str) -> str:
        file = f"{word.prompt(prompt)}.wav"
        await self._prepare()
        await self._variables.let("playback_terminators", word.keys(interrupt) or NONE)
        heed = Heed.HEARD if interrupt else Heed.LOST
        ended = await self._run("playback", f"{self._surroundings.sounds}/{self.language}/{file}", heed)
        response = ended.get("Application-Response", "")
        if response == "FILE NOT FOUND":
            raise SwitchError(f"FreeSWITCH has no prompt {file} in {self._surroundings.sounds}/{self.language}.")
        return ended.get("variable_playback_terminator_used", "") if interrupt else ""

    async def _collect(self, file: str, most: int, timeout: timedelta, terminators: str) -> str:
        await self._prepare()
        where = file if "://" in file else f"{self._surroundings.sounds}/{self.language}/{file}"
        span = max(1, round(timeout.total_seconds() * 1000))
        ended = await self._run("read", f"0 {most} {where} {TYPED} {span} {terminators}", Heed.HEARD)
        return ended.get(f"variable_{TYPED}", "").strip("#" if terminators == "#" else "")

    async def _wait_for_key(self, timeout: timedelta) -> str:
        if self._playing is None:
            return await self._collect(SILENCE, 1, timeout, NONE)
        # The music goes on; which keys end it is looked up at each.
        await self._variables.let("playback_terminators", word.KEYS)
        await self.session.press_again()
        mark = self._playing
        try:
            async with asyncio.timeout(timeout.total_seconds()):
                ended = await self.session.end_of(mark)
        except TimeoutError:
            await self._variables.let("playback_terminators", NONE)
            return ""
        self._playing = None
        return ended.get("variable_playback_terminator_used", "")

    async def _prepare(self) -> None:
        """Make sure that the caller is there and that nothing plays."""
        self._check()
        await self._stop_music()

    async def _stop_music(self) -> None:
        # Each is forgotten when it has been stopped: the script may be called away before.
        if self._given_up is not None:
            await self._stop_given_up(self._given_up)
            self._given_up = None
        if self._playing is not None:
            await self.session.stop(self._playing)
            self._playing = None

    async def _stop_given_up(self, beginning: "asyncio.Task[str]") -> None:
        try:
            mark = await asyncio.shield(beginning)
        except SwitchError:  # what FreeSWITCH did not take has not begun
            return
        except TelekitError:
            self._given_up = None  # or every verb from here on would tell of it
            raise
        await self.session.stop(mark)

    async def _run(self, application: str, argument: str = "", heed: Heed = Heed.LOST) -> Event:
        self._check()
        beginning = self._loop.create_task(self.session.begin(application, argument, heed))
        try:
            ended = await self.session.end_of(await asyncio.shield(beginning))
        except asyncio.CancelledError:
            self._give_up(beginning)
            raise
        self._check()
        return ended

    def _give_up(self, beginning: "asyncio.Task[str]") -> None:
        """Have what nobody waits for any more stopped before anything follows it."""
        self._given_up = beginning
        beginning.add_done_callback(lambda task: task.cancelled() or task.exception())
