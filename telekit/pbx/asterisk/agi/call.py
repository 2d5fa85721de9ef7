"""A caller on Asterisk: the `Call` port on one FastAGI session."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Never, TypeVar

from telekit.domain.call import Caller
from telekit.domain.line_check import LineReading
from telekit.domain.names import OURS, CallId, OfferId, call_of
from telekit.domain.phone import Phone
from telekit.domain.place import VARIABLE as PLACE_VARIABLE
from telekit.domain.queue import MissCause
from telekit.errors import CallerGone, SwitchError, TelekitError
from telekit.pbx import word
from telekit.pbx.asterisk.agi import dial, recording
from telekit.pbx.asterisk.agi import ring as rings
from telekit.pbx.asterisk.agi.caller import caller_of, dialed_of, script_of
from telekit.pbx.asterisk.agi.codec import Environment, Reply, command, in_logs
from telekit.pbx.asterisk.agi.line import measure
from telekit.pbx.asterisk.agi.ring import legs_of
from telekit.pbx.asterisk.agi.session import ANSWERS_WITHIN, Session
from telekit.pbx.asterisk.agi.surroundings import Surroundings
from telekit.pbx.asterisk.agi.word import milliseconds, plain, pressed
from telekit.pbx.asterisk.agi.word import variable as variable_name
from telekit.pbx.call_server import DONE, STATUS_VARIABLE
from telekit.pbx.port import OFFER_VARIABLE, Missed, OfferOutcome, Recording, RingOutcome, Talked, Whisper
from telekit.pbx.verbs import SessionVerbs

T = TypeVar("T")

LONGEST_PROMPT = 900.0
"""Seconds that one prompt may last before the link is held for dead."""
PASSED_ON = "${BLINDTRANSFER}"
"""Set on a caller whom an agent has sent to a number. Source: Asterisk main/bridge.c, set_transfer_variables_all."""


class AgiCall(SessionVerbs):
    """One caller; made by the server when the environment has come."""

    session: Session
    _music_plays = False

    def __init__(self, session: Session, environment: Environment, surroundings: Surroundings) -> None:
        self.id = CallId(environment.values.get("agi_uniqueid", ""))
        self.script, self.arguments = script_of(environment)
        self.dialed = dialed_of(environment, self.arguments)
        self.caller: Caller = caller_of(environment)
        self.language = environment.values.get("agi_language", "")
        self._version = environment.values.get("agi_version", "")
        self.over = False
        """The script hung up or handed the call back."""
        self.session = session
        self._surroundings = surroundings
        self._number = surroundings.number
        self._loop = session.loop
        self._attempts = 0
        self._music: str | None = None
        self._survived = False
        """The last conversation did not end by the caller's hanging up."""
        self.passed_on = self.caller_left = False
        self._whispered = False
        self._passing: str | None = None  # a recording that goes with the call

    async def answer(self) -> None:
        """Answer; Asterisk waits up to half a second for the caller's sound, so that no prompt loses its beginning."""
        await self._do("the answer", command("ANSWER"))

    async def speak(self, language: str) -> None:
        await self.set("CHANNEL(language)", language)
        self.language = language

    async def say_digits(self, digits: str, *, interrupt: str = "") -> str:
        self._music_plays = False
        line = command("SAY DIGITS", word.digits(digits), word.keys(interrupt))
        reply = await self._do("the digits", line, ANSWERS_WITHIN + 2 * len(digits))
        return pressed(reply)

    async def say_time(self, moment: datetime) -> None:
        # The wall clock's reading is sent as if it were UTC's: so Asterisk's own table of zones is not asked.
        reading = int(moment.replace(tzinfo=UTC, fold=0).timestamp())
        self._music_plays = False
        await self._do("the time", command("SAY DATETIME", str(reading), "", "R", "UTC0"), ANSWERS_WITHIN + 20)

    async def ask(self, *prompts: str, digits: int = 1, timeout: timedelta = timedelta(seconds=5)) -> str:
        first = await self.play(*prompts[:-1], interrupt=word.KEYS)
        if first == "#" or (first and digits == 1):
            return first.rstrip("#")
        last = word.prompt(prompts[-1]) if prompts and not first else ""
        wanted = digits - len(first)
        self._music_plays = False
        limit = LONGEST_PROMPT + digits * timeout.total_seconds()
        line = command("GET DATA", last, milliseconds(timeout), str(wanted))
        reply = await self._do(f"the prompt {last!r}", line, limit)
        return first + reply.result

    async def music_on(self, kind: str = "default") -> None:
        if self._music_plays and self._music == kind:
            self._check()
            return
        await self._do("the music", command("SET MUSIC", "ON", word.music(kind)))
        self._music = kind
        self._music_plays = True

    async def music_off(self) -> None:
        self._music = None
        self._music_plays = False
        await self._do("the music", command("SET MUSIC", "OFF"))

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
        around, shown, whispers = self._surroundings, self._shown(), whisper is not None
        what = dial.arguments(
            phones,
            ring,
            token=token,
            trunk=around.trunk,
            shown=shown,
            music=music,
            whispers=whispers,
            between=around.between,
        )
        self._check()
        inherited = ({OFFER_VARIABLE: offer} if offer else {}) | dict(variables or {})
        inherited |= rings.whispered(whisper) if whisper is not None or self._whispered else {}
        self._whispered = whisper is not None
        await self._set_all({**(notes or {}), **{f"_{name}": value for name, value in inherited.items()}})
        self._music_plays = False
        joined = self._surroundings.joined_at
        joined[token] = None
        started_at = self._loop.time()
        try:
            reply = await self._run(command("EXEC", "Dial", what), None)
        finally:
            joined_at = joined.pop(token)
        ended_at = self._loop.time()
        if joined_at is not None:
            # Sound has flowed, so how it went need not be asked: a command less in nearly every call.
            self._note_end(reply)
            return Talked(timedelta(seconds=ended_at - joined_at))
        took = timedelta(seconds=ended_at - started_at)
        if any(phone.confirm for phone in phones):
            return await self._how_it_went(reply, took, ring, token)
        return await self._how_it_went(reply, took, ring, token if whispers else None, MissCause.REJECTED)

    async def connect(
        self, number: str, *, ring: timedelta, music: str | None = None, shown: str | None = None
    ) -> OfferOutcome:
        what = dial.outside(number, ring, trunk=self._surroundings.trunk, shown=self._shown(shown), music=music)
        self._check()
        if not await self._is_an_agents():
            # The new leg would inherit the name of the last offer, and be taken for that agent's.
            await self._set_all({f"_{OFFER_VARIABLE}": ""})
        self._music_plays = False
        started_at = self._loop.time()
        reply = await self._run(command("EXEC", "Dial", what), None)
        return await self._how_it_went(reply, timedelta(seconds=self._loop.time() - started_at), ring, None)

    async def _is_an_agents(self) -> bool:
        """Say whether telekit has called an agent here, whose leg keeps the name of its offer."""
        return self.id.startswith(OURS) and call_of(OfferId(await self.get(OFFER_VARIABLE) or self.id)) != self.id

    async def _how_it_went(
        self,
        reply: Reply,
        took: timedelta,
        ring: timedelta,
        confirm: str | None,
        unconfirmed: MissCause = MissCause.VOICEMAIL,
    ) -> OfferOutcome:
        """Ask how a Dial went that took so long; `confirm` is what the confirm context should have returned."""
        dialed = dial.parse((await self._run(command("GET FULL VARIABLE", dial.RESULT))).value or "")
        outcome = dial.outcome(
            dialed,
            confirm=confirm,
            talked=took if dialed.bridged is None else min(took, dialed.bridged),
            whole_ring=took >= ring * 0.98,
            unconfirmed=unconfirmed,
        )
        if outcome is None or (self.session.hung_up and isinstance(outcome, Missed)):
            raise self._caller_gone()
        if isinstance(outcome, Talked):
            self._note_end(reply)
        return outcome

    def _note_end(self, dialed: Reply) -> None:
        """Note whether one who has talked was still there in the end.

        With its option g Dial gives -1 only where the caller is gone (Asterisk apps/app_dial.c, dial_exec_full); one
        who is passed on gives 0, as one whom the agent leaves (main/features.c, ast_bridge_call).
        """
        self._survived = dialed.result != "-1"
        self.session.hung_up = self.session.hung_up or not self._survived

    async def ring_all(
        self,
        phones: Mapping[OfferId, Phone],
        *,
        ring: timedelta,
        music: str | None = None,
        whispers: Mapping[OfferId, Whisper] | None = None,
    ) -> RingOutcome:
        trunk = self._surroundings.trunk
        legs = legs_of(phones, trunk, self._surroundings.between)
        unreachable = dict.fromkeys(phones.keys() - {leg.offer for leg in legs}, MissCause.UNREACHABLE)
        self._check()
        if not legs:
            return RingOutcome(None, timedelta(0), unreachable)
        self._attempts += 1
        if self._attempts > 1:
            await self._do("the causes", command("EXEC", rings.FORGET))
        await self._do("the variables", command("EXEC", "MSet", rings.variables(legs, trunk, self._shown(), whispers)))
        self._music_plays = False
        joined = self._surroundings.joined_at
        joined |= dict.fromkeys(phones)
        started_at = self._loop.time()
        try:
            reply = await self._run(command("EXEC", "Dial", rings.arguments(legs, ring, music, bool(whispers))), None)
        finally:
            joined_at = {offer: joined.pop(offer) for offer in phones}
        ended_at = self._loop.time()
        for offer, since in joined_at.items():
            if since is not None:
                self._note_end(reply)
                return RingOutcome(offer, timedelta(seconds=ended_at - since), {})
        dialed, number = rings.parse((await self._run(command("GET FULL VARIABLE", rings.RESULT))).value or "")
        answered = next((leg.offer for leg in legs if dialed.status == "ANSWER" and leg.number == number), None)
        if answered is not None and dialed.bridged is not None:
            self._note_end(reply)
            return RingOutcome(answered, min(timedelta(seconds=ended_at - started_at), dialed.bridged), {})
        if dialed.status == "CANCEL" or self.session.hung_up:
            raise self._caller_gone()
        if answered is not None:
            # Put down in the instant it was taken up: Asterisk has stopped all the other phones by then.
            return RingOutcome(None, timedelta(0), {answered: MissCause.REJECTED})
        known = (await self._run(command("GET FULL VARIABLE", rings.LEGS))).value or ""
        answer = (await self._run(command("GET FULL VARIABLE", rings.question(legs, known)))).value or ""
        return RingOutcome(None, timedelta(0), unreachable | rings.causes(legs, answer))

    async def record(
        self,
        name: str,
        *,
        longest: timedelta = timedelta(minutes=3),
        silence: timedelta = timedelta(seconds=5),
    ) -> Recording:
        """Record until `#`, silence, the longest time, or a caller who hangs up when the message is said."""
        self._check()
        path = await self._path(f"{word.file(name)}.wav")
        self._music_plays = False
        return await recording.record(self._run, path, longest, silence)

    async def echo(self, *, longest: timedelta = timedelta(seconds=6)) -> bool:
        self._check()
        self._passing = path = await self._path(f"echo-{word.file(self.id)}.wav")
        self._music_plays = False
        spoke = await recording.echo(self._run, path, longest)
        self._check()
        return spoke

    async def measure(self) -> LineReading:
        self._check()
        return await measure(self._run, self._version)

    async def get(self, variable: str) -> str | None:
        reply = await self._do("the variable", command("GET VARIABLE", variable_name(variable)))
        return reply.value

    async def set(self, variable: str, value: str) -> None:
        if variable == PLACE_VARIABLE and self._survived:
            # Who stands in line again has no conversation that outlives telekit.
            await self._do("the variable", command("SET VARIABLE", "DIALSTATUS", ""))
            self._survived = False
        await self._do("the variable", command("SET VARIABLE", variable_name(variable), value))

    async def hang_up(self) -> None:
        """Hang the caller up; one who is gone already, or was handed back, is fine."""
        if self.over:
            return
        left = self.session.hung_up
        if not left:
            with suppress(CallerGone):
                await self._run(command("HANGUP"))
        if self._survived and self.session.hung_up:
            self.passed_on = bool((await self._run(command("GET FULL VARIABLE", PASSED_ON))).value)
        self.caller_left = left and not self.passed_on
        if self._passing is not None:
            await recording.forget(self._run, self._passing)
        self.over = True
        self.session.close()

    async def hand_back(self, label: str | None = None) -> None:
        self._check()
        if label is not None:
            await self._do(f"the label {label!r}", command("SET PRIORITY", label))
        await self.set(STATUS_VARIABLE, DONE)
        self.over = True
        self.session.close()

    async def _path(self, file: str) -> str:
        """Give where a recording of that name is."""
        folder = self._surroundings.voicemail
        return f"{folder}/{file}" if folder.startswith("/") else f"{await self.get('ASTSPOOLDIR')}/{folder}/{file}"

    async def _play(self, prompt: str, interrupt: str) -> str:
        self._music_plays = False
        line = command("STREAM FILE", word.prompt(prompt), word.keys(interrupt))
        return pressed(await self._do(f"the prompt {prompt!r}", line, LONGEST_PROMPT))

    async def _wait_for_key(self, timeout: timedelta) -> str:
        limit = timeout.total_seconds() + ANSWERS_WITHIN
        return pressed(await self._do("the key", command("WAIT FOR DIGIT", milliseconds(timeout)), limit))

    async def _set_all(self, variables: Mapping[str, str]) -> None:
        """Set variables, in one command where their values allow it; an agent's leg inherits those with a `_`."""
        if len(variables) > 1 and all(map(plain, variables.values())):
            line = command("EXEC", "MSet", ",".join(f"{variable_name(name)}={variables[name]}" for name in variables))
            await self._do("the variables", line)
        else:
            for name, value in variables.items():
                await self.set(name, value)

    async def _do(self, what: str, line: bytes, within: float = ANSWERS_WITHIN) -> Reply:
        """Run a verb's command for a caller who must be there."""
        if self.over or self.session.hung_up:
            self._check()
        reply = await self.session.send(line, within)
        if reply.code != 200:
            raise self._refused(line, reply)
        if reply.result == "-1":
            await self._explain_failure(what)
        return reply

    async def _run(self, line: bytes, within: float | None = ANSWERS_WITHIN) -> Reply:
        """Run a command whose result is no verdict, also for a caller who has gone."""
        if self.over:
            self._check()
        reply = await self.session.send(line, within)
        if reply.code != 200:
            raise self._refused(line, reply)
        return reply

    async def _explain_failure(self, what: str) -> Never:
        """Tell a caller who is gone from something that does not work; Asterisk answers -1 to both."""
        if not self.session.hung_up:
            # Asterisk tells of a hang-up before it reads the next command (res_agi.c, run_agi).
            await self.session.send(command("NOOP"))
        self._check()
        raise SwitchError(f"Asterisk could not do {what} for call {self.id}: its log says why.")

    def _refused(self, line: bytes, reply: Reply) -> TelekitError:
        if reply.code == 511:
            self.session.hung_up = True
            return self._caller_gone()
        return SwitchError(f"Asterisk did not take {in_logs(line)}: {reply.raw}")
