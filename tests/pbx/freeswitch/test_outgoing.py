"""Calls that telekit makes by itself, where FreeSWITCH's news is late or lost: nothing is asked for twice."""

import asyncio
import json
from datetime import timedelta

import pytest

from telekit.domain.names import CallId, LegId, OfferId, own_leg
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.queue import MissCause
from telekit.errors import LinkError, SwitchError
from telekit.pbx import outgoing as shared
from telekit.pbx.freeswitch.esl.event import Event
from telekit.pbx.freeswitch.esl.frame import Frame
from telekit.pbx.freeswitch.esl.session import CommandFailed
from telekit.pbx.freeswitch.outbound.surroundings import Surroundings
from telekit.pbx.freeswitch.outgoing import Outgoing

AMINA = Phone(PhoneKind.SIP, "amina")
LUC = Phone(PhoneKind.TEL, "+33199005512")
LEG = own_leg("7.1")
OFFER = OfferId("1795395024.41.1")
RING, MOMENT = timedelta(seconds=30), timedelta(milliseconds=1)


class ScriptedLink:
    """A link whose job ends as a test tells it, and which knows what is alive."""

    def __init__(self) -> None:
        self.up = True
        self.jobs: list[str] = []
        self.asked: list[str] = []
        self.alive: dict[str, str] = {}
        self.ends: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._wanted: dict[str, object] = {}
        self._down: object = None
        self._news = asyncio.Event()

    async def until_asked(self, line: str) -> None:
        """Wait until this was asked, or sent as a job that begins so."""
        async with asyncio.timeout(40):
            while not any(each.startswith(line) for each in (*self.asked, *self.jobs)):
                self._news.clear()
                await self._news.wait()

    def subscribe(self, name: str, callback: object) -> None:
        self._wanted[name] = callback

    def on_down(self, callback: object) -> None:
        self._down = callback

    async def job(self, line: str, *, within: timedelta) -> str:
        self.jobs.append(line)
        self._news.set()
        return await self.ends

    async def api(self, line: str) -> str:
        self.asked.append(line)
        self._news.set()
        command, leg, *_ = line.split(" ")
        if leg not in self.alive:
            raise CommandFailed(command, "No such channel!")
        return json.dumps({"Answer-State": self.alive[leg]})

    def tell(self, name: str, leg: LegId = LEG, **headers: str) -> None:
        told = {key.replace("__", "-"): value for key, value in headers.items()}
        body = json.dumps({"Event-Name": name, "Unique-ID": leg, **told}).encode()
        self._wanted[name](Event(Frame("Content-Type: text/event-json", body)))  # type: ignore[operator]

    def lose(self) -> None:
        self.up = False
        self._down("cut")  # type: ignore[operator]


class Stage:
    def __init__(self) -> None:
        self.link = ScriptedLink()
        where = Surroundings("/sounds", "home.example", "/messages", gateway="carrier", number="+33199001234")
        self.outgoing = Outgoing(self.link, where)  # type: ignore[arg-type]
        self.outgoing.start()

    async def call(
        self, phone: Phone = AMINA, *, ring: timedelta = RING, offer: OfferId | None = OFFER
    ) -> "asyncio.Future[MissCause | None]":
        out = self.outgoing.call_out(phone, "callback", arguments={"of": "7 %"}, leg=LEG, ring=ring, offer=offer)
        outcome = asyncio.ensure_future(out)
        await self.link.until_asked("originate")
        return outcome


@pytest.fixture
async def stage() -> Stage:
    return Stage()


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it look after a moment where it else waits for seconds."""
    monkeypatch.setattr(shared, "LOOKS_AFTER", 0.02)
    monkeypatch.setattr(shared, "LOOKS_SOON", 0.02)


async def test_one_job_says_all(stage: Stage) -> None:
    outcome = await stage.call(LUC, offer=None)
    stage.outgoing.leads(CallId(LEG))
    assert await outcome is None
    (job,) = stage.link.jobs
    assert job == (
        "originate {ignore_early_media=true,originate_timeout=150}"
        "[origination_uuid=telekit-7.1,telekit_script=callback,telekit_arguments=of=7+~25,"
        "telekit_caller=+33199005512,telekit_dialed=+33199001234,leg_timeout=30,leg_progress_timeout=30,"
        "outbound_redirect_fatal=true,origination_caller_id_number=+33199001234,"
        "origination_caller_id_name=+33199001234]sofia/gateway/carrier/+33199005512 called XML telekit-call"
    )


async def test_an_agent_at_a_number_is_asked_for_the_key(stage: Stage) -> None:
    outcome = await stage.call(LUC)
    assert "group_confirm_key=1,group_confirm_file=/sounds/en/telekit/confirm-call.wav" in stage.link.jobs[0]
    stage.link.tell("CHANNEL_HANGUP_COMPLETE", Hangup__Cause="NORMAL_CLEARING", Caller__Channel__Answered__Time="1795")
    stage.link.ends.set_exception(CommandFailed("originate", "NORMAL_CLEARING"))
    assert await outcome is MissCause.VOICEMAIL


@pytest.mark.parametrize(
    ("cause", "missed"),
    [
        ("USER_BUSY", MissCause.BUSY),
        ("CALL_REJECTED", MissCause.REJECTED),
        ("ALLOTTED_TIMEOUT", MissCause.NO_ANSWER),
        ("USER_NOT_REGISTERED", MissCause.UNREACHABLE),
        ("GATEWAY_DOWN", MissCause.UNREACHABLE),
    ],
)
@pytest.mark.parametrize("first", ["job", "leg"])
async def test_the_end_of_the_leg_and_of_the_job_may_come_in_either_order(
    stage: Stage, cause: str, missed: MissCause, first: str
) -> None:
    outcome = await stage.call()
    if first == "job":
        stage.link.ends.set_exception(CommandFailed("originate", cause))
        await asyncio.sleep(0)
    stage.link.tell("CHANNEL_HANGUP_COMPLETE", Hangup__Cause=cause)
    if not stage.link.ends.done():
        stage.link.ends.set_exception(CommandFailed("originate", cause))
    assert await outcome is missed


async def test_whoever_hangs_up_in_the_instant_of_answering_has_rejected_it(stage: Stage) -> None:
    outcome = await stage.call()
    stage.link.ends.set_result("+OK telekit-7.1\n")
    stage.link.tell("CHANNEL_HANGUP_COMPLETE", Hangup__Cause="NORMAL_CLEARING", Caller__Channel__Answered__Time="1795")
    assert await outcome is MissCause.REJECTED


async def test_a_refusal_says_what_to_do(stage: Stage) -> None:
    outcome = await stage.call()
    stage.link.ends.set_exception(CommandFailed("originate", "permission denied"))
    with pytest.raises(SwitchError, match="Give telekit's user the esl-allowed-api"):
        await outcome


async def test_when_the_link_is_lost_nobody_knows(stage: Stage) -> None:
    outcome = await stage.call()
    stage.link.lose()
    with pytest.raises(LinkError, match="lost before it told what becomes of the leg telekit-"):
        await outcome
    with pytest.raises(LinkError, match="the link to FreeSWITCH is down"):
        await stage.outgoing.call_out(AMINA, "callback", arguments={}, leg=LEG, ring=RING)
    assert len(stage.link.jobs) == 1


@pytest.mark.usefixtures("hasty")
async def test_a_job_whose_end_never_comes_is_not_asked_for_again_and_its_leg_is_seen_through(stage: Stage) -> None:
    outcome = await stage.call()
    stage.link.tell("CHANNEL_CREATE")
    stage.link.alive[LEG] = "ringing"
    stage.link.ends.set_exception(LinkError("no answer in time"))
    await stage.link.until_asked(f"uuid_dump {LEG} json")
    stage.outgoing.leads(CallId(LEG))
    assert await outcome is None
    assert len(stage.link.jobs) == 1


@pytest.mark.usefixtures("hasty")
async def test_of_a_job_of_which_nothing_is_known_the_late_leg_is_ended(stage: Stage) -> None:
    outcome = await stage.call()
    stage.link.ends.set_exception(LinkError("no answer in time"))
    with pytest.raises(LinkError, match="it is not known whether FreeSWITCH was asked for the leg telekit-"):
        await outcome
    await stage.link.until_asked(f"uuid_kill {LEG}")
    stage.link.asked.clear()
    stage.link.tell("CHANNEL_CREATE")
    await stage.link.until_asked(f"uuid_kill {LEG}")
    assert len(stage.link.jobs) == 1


@pytest.mark.usefixtures("hasty")
async def test_a_leg_that_rings_on_beyond_its_time_is_ended(stage: Stage) -> None:
    outcome = await stage.call(ring=MOMENT)
    stage.link.alive[LEG] = "ringing"
    await stage.link.until_asked(f"uuid_kill {LEG}")
    stage.link.tell("CHANNEL_HANGUP_COMPLETE", Hangup__Cause="NORMAL_CLEARING")
    assert await outcome is MissCause.NO_ANSWER


async def test_giving_up_ends_the_leg(stage: Stage) -> None:
    outcome = await stage.call()
    outcome.cancel()
    await stage.link.until_asked(f"uuid_kill {LEG}")
