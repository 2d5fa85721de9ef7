"""Offering a call to agents: what FreeSWITCH is told, and what becomes of it."""

from datetime import timedelta

import pytest

from telekit.domain.names import OfferId
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.queue import MissCause
from telekit.errors import CallerGone, LinkError, UnsafeValue
from telekit.pbx.freeswitch.causes import TAKEN_BACK
from telekit.pbx.freeswitch.outbound import originate
from telekit.pbx.port import Call, Missed, OfferOutcome, RingOutcome, Talked
from tests.pbx.freeswitch.outbound.conftest import Switchboard
from tests.pbx.freeswitch.outbound.fake import CHANNEL, UUID, answer
from tests.pbx.freeswitch.outbound.rings import (
    AMINA,
    LUC,
    NORA,
    OFFER,
    OTHER,
    RING,
    THIRD,
    WHISPER,
    WHISPERED,
    causes,
    legs,
    ring_amina,
    ring_both,
    ring_three,
)


async def test_an_offer_names_its_leg_and_hides_it_from_the_caller(switchboard: Switchboard) -> None:
    freeswitch, outcome = await switchboard.doing(
        lambda call: call.offer([AMINA], ring=RING, offer=OFFER, music="jazz", notes={"TELEKIT_PLACE": "1.5:0:billing"})
    )
    ringing = "local_stream://jazz"
    await freeswitch.sets(TELEKIT_OFFER=OFFER, TELEKIT_PLACE="1.5:0:billing")
    await freeswitch.sets(hangup_after_bridge="false", continue_on_fail="true")
    await freeswitch.sets(ringback=ringing, transfer_ringback=ringing)
    said = await freeswitch.begins("bridge")
    (leg,) = legs(said)
    seen = CHANNEL["Caller-Destination-Number"]
    assert said == (
        "{ignore_early_media=true,originate_timeout=140,instant_ringback=true}"
        f"[origination_uuid={leg},TELEKIT_OFFER={OFFER},leg_timeout=20,leg_progress_timeout=20,"
        "outbound_redirect_fatal=true,ignore_display_updates=true,"
        f"sip_callee_id_number={seen},sip_callee_id_name={seen},"
        f"api_on_ring='uuid_setvar {UUID} TELEKIT_RANG_{leg} yes']user/amina@home.example"
    )
    freeswitch.joins(leg, at=1000)
    freeswitch.parts(at=1065)
    freeswitch.ends()
    assert await outcome == Talked(timedelta(seconds=65))


async def test_what_does_not_change_is_not_said_again(switchboard: Switchboard) -> None:
    async def twice(call: Call) -> None:
        await ring_amina(call)
        await ring_amina(call)

    freeswitch, _ = await switchboard.doing(twice)
    (leg,) = legs(await freeswitch.until("bridge"))
    freeswitch.ends(variable_originate_causes=causes({leg: "USER_BUSY"}))
    await freeswitch.sets(TELEKIT_OFFER=OFFER)
    await freeswitch.begins("bridge")
    freeswitch.hang_up()


async def test_what_is_for_the_agents_leg_is_copied_and_never_read_as_a_command(switchboard: Switchboard) -> None:
    freeswitch, outcome = await switchboard.doing(
        lambda call: call.offer([AMINA], ring=RING, variables={"NAME": "Zoé ']}${x}"})
    )
    await freeswitch.does(rf"api uuid_setvar {UUID} NAME Zoé\s\']}}${{x}}", b"Content-Type: api/response\n\n")
    await freeswitch.sets(export_vars="NAME")
    said = await freeswitch.until("bridge")
    assert "Zo" not in said
    freeswitch.ends(variable_originate_disposition="USER_NOT_REGISTERED")
    assert await outcome == Missed(MissCause.UNREACHABLE)


async def test_what_the_dialplan_exports_reaches_whoever_rings_and_a_scripts_own_the_agent_alone(
    switchboard: Switchboard,
) -> None:
    async def ring_then_connect(call: Call) -> None:
        await call.offer([AMINA], ring=RING, variables={"NAME": "Amina", "domain_name": "x"})
        await call.connect("+33199005512", ring=RING)

    freeswitch, _ = await switchboard.doing(ring_then_connect, export_vars="domain_name,_nolocal_sip_h_X-Tenant")
    await freeswitch.sets(NAME="Amina", domain_name="x", export_vars="domain_name,_nolocal_sip_h_X-Tenant,NAME")
    await freeswitch.until("bridge")
    freeswitch.ends(variable_originate_disposition="NO_ANSWER")
    await freeswitch.sets(export_vars="domain_name,_nolocal_sip_h_X-Tenant")
    await freeswitch.begins("bridge")


async def test_what_the_dialplan_exports_is_left_as_it_is(switchboard: Switchboard) -> None:
    freeswitch, _ = await switchboard.doing(ring_both, export_vars="domain_name")
    await freeswitch.sets(TELEKIT_OFFER=OTHER, hangup_after_bridge="false")


async def test_an_agent_hears_the_whisper_first_and_the_ring_time_is_over_then(switchboard: Switchboard) -> None:
    freeswitch, outcome = await switchboard.doing(lambda call: call.offer([AMINA], ring=RING, whisper=WHISPER))
    said = await freeswitch.until("bridge")
    expected = f"group_confirm_key=exec,group_confirm_file='playback {WHISPERED}',group_confirm_timeout=0"
    assert expected in said
    (leg,) = legs(said)
    freeswitch.ends(variable_originate_causes=causes({leg: "NORMAL_CLEARING"}))
    assert await outcome == Missed(MissCause.REJECTED)


async def test_of_several_who_hear_a_whisper_the_first_to_answer_stops_the_others(switchboard: Switchboard) -> None:
    freeswitch, _ = await switchboard.doing(
        lambda call: call.ring_all({OFFER: AMINA, OTHER: NORA}, ring=RING, whispers={OFFER: WHISPER, OTHER: WHISPER})
    )
    said = await freeswitch.until("bridge")
    for leg in legs(said):
        assert f"api_on_answer_1='uuid_setvar {leg} TELEKIT_RING answered'" in said
    assert said.count(f"api_on_answer_2='hupall LOSE_RACE TELEKIT_RING {UUID}'") == 2
    assert said.count(f",TELEKIT_RING={UUID}]") == 2
    freeswitch.hang_up()


async def test_a_number_is_asked_for_the_key_and_shown_the_companys(switchboard: Switchboard) -> None:
    freeswitch, outcome = await switchboard.doing(lambda call: call.offer([LUC], ring=RING, whisper=WHISPER))
    said = await freeswitch.until("bridge")
    (leg,) = legs(said)
    files = f"{WHISPERED}!/sounds/fr/telekit/confirm-call.wav"
    assert f"group_confirm_key=1,group_confirm_file={files},group_confirm_timeout=30," in said
    assert said.endswith(f"]sofia/gateway/carrier/{LUC.address}")
    told = {"variable_originate_causes": causes({leg: "ALLOTTED_TIMEOUT"}), f"variable_TELEKIT_ASKED_{leg}": "yes"}
    freeswitch.ends(**told)
    assert await outcome == Missed(MissCause.VOICEMAIL)


@pytest.mark.parametrize(
    ("cause", "missed"),
    [
        ("USER_BUSY", MissCause.BUSY),
        ("BUSY_EVERYWHERE", MissCause.BUSY),
        ("CALL_REJECTED", MissCause.REJECTED),
        ("DECLINE", MissCause.REJECTED),
        ("NO_USER_RESPONSE", MissCause.REJECTED),
        ("UNWANTED", MissCause.REJECTED),
        ("REQUESTED_CHAN_UNAVAIL", MissCause.REJECTED),
        ("ALLOTTED_TIMEOUT", MissCause.NO_ANSWER),
        ("NO_ANSWER", MissCause.NO_ANSWER),
        ("ORIGINATOR_CANCEL", MissCause.NO_ANSWER),
        ("PROGRESS_TIMEOUT", MissCause.UNREACHABLE),
        ("RECOVERY_ON_TIMER_EXPIRE", MissCause.UNREACHABLE),
        ("UNALLOCATED_NUMBER", MissCause.UNREACHABLE),
        ("SUBSCRIBER_ABSENT", MissCause.UNREACHABLE),
        ("NORMAL_TEMPORARY_FAILURE", MissCause.UNREACHABLE),
        ("INCOMPATIBLE_DESTINATION", MissCause.UNREACHABLE),
        ("GATEWAY_DOWN", MissCause.UNREACHABLE),
        ("SOMETHING_NEW", MissCause.UNREACHABLE),
    ],
)
async def test_why_a_leg_ended_tells_why_the_offer_was_missed(
    switchboard: Switchboard, cause: str, missed: MissCause
) -> None:
    freeswitch, outcome = await switchboard.doing(ring_amina)
    (leg,) = legs(await freeswitch.until("bridge"))
    freeswitch.ends(variable_originate_causes=causes({leg: cause}))
    assert await outcome == Missed(missed)


async def test_a_phone_that_says_it_is_unavailable_after_ringing_was_not_answered(switchboard: Switchboard) -> None:
    freeswitch, outcome = await switchboard.doing(ring_amina)
    (leg,) = legs(await freeswitch.until("bridge"))
    told = {"variable_originate_causes": causes({leg: "NO_USER_RESPONSE"}), f"variable_TELEKIT_RANG_{leg}": "yes"}
    freeswitch.ends(**told)
    assert await outcome == Missed(MissCause.NO_ANSWER)


async def test_each_of_several_agents_has_their_own_cause(switchboard: Switchboard) -> None:
    freeswitch, outcome = await switchboard.doing(ring_both)
    amina, luc = legs(await freeswitch.until("bridge"))
    freeswitch.ends(variable_originate_causes=causes({amina: "CALL_REJECTED", luc: "ALLOTTED_TIMEOUT"}))
    missed = {OFFER: MissCause.REJECTED, OTHER: MissCause.NO_ANSWER}
    assert await outcome == RingOutcome(None, timedelta(0), missed)


async def test_who_answered_first_has_the_call_and_nobody_else_missed_it(switchboard: Switchboard) -> None:
    freeswitch, outcome = await switchboard.doing(ring_both)
    amina, luc = legs(await freeswitch.until("bridge"))
    freeswitch.joins(luc, at=10)
    freeswitch.parts(at=14)
    freeswitch.ends(variable_originate_causes=causes({amina: "LOSE_RACE"}))
    assert await outcome == RingOutcome(OTHER, timedelta(seconds=4), {})


async def test_a_phone_that_cannot_be_rung_as_it_is_written_does_not_silence_the_others(
    switchboard: Switchboard,
) -> None:
    odd = Phone(PhoneKind.SIP, "amina@home,evil")
    freeswitch, outcome = await switchboard.doing(lambda call: call.ring_all({OFFER: odd, OTHER: NORA}, ring=RING))
    (nora,) = legs(await freeswitch.until("bridge"))
    freeswitch.ends(variable_originate_causes=causes({nora: "NO_ANSWER"}))
    assert (await outcome).missed == {OFFER: MissCause.UNREACHABLE, OTHER: MissCause.NO_ANSWER}


async def test_a_conversation_is_known_from_its_end_where_its_beginning_is_told_late(switchboard: Switchboard) -> None:
    freeswitch, outcome = await switchboard.doing(ring_amina)
    (leg,) = legs(await freeswitch.until("bridge"))
    times = {"Caller__Channel__Bridged__Time": "1000000000", "Event__Date__Timestamp": "1030000000"}
    freeswitch.ends(variable_last_bridge_to=leg, **times)
    assert await outcome == Talked(timedelta(seconds=30))


async def test_a_phone_that_was_put_down_in_the_instant_of_its_answer_has_talked(switchboard: Switchboard) -> None:
    freeswitch, outcome = await switchboard.doing(ring_amina)
    (leg,) = legs(await freeswitch.until("bridge"))
    freeswitch.ends(variable_originate_causes=causes({leg: "NORMAL_CLEARING"}))
    assert await outcome == Talked(timedelta(0))


async def test_a_phone_that_was_put_down_before_anybody_was_joined_has_talked(switchboard: Switchboard) -> None:
    freeswitch, outcome = await switchboard.doing(lambda call: call.offer([AMINA], ring=RING, whisper=WHISPER))
    (leg,) = legs(await freeswitch.until("bridge"))
    freeswitch.ends(variable_originate_disposition="SUCCESS", variable_originate_causes=[f"{leg};NONE"] * 2)
    assert await outcome == Talked(timedelta(0))


async def test_of_several_the_one_who_was_put_down_before_anybody_was_joined_has_talked(
    switchboard: Switchboard,
) -> None:
    freeswitch, outcome = await switchboard.doing(ring_both)
    # The first is not registered, and so no leg was made for it.
    _, luc = legs(await freeswitch.until("bridge"))
    freeswitch.ends(
        variable_originate_disposition="SUCCESS", variable_originate_causes=causes({luc: "NORMAL_CLEARING"})
    )
    assert await outcome == RingOutcome(OTHER, timedelta(0), {})


async def test_of_several_the_one_who_was_put_down_as_it_stopped_the_others_has_talked(
    switchboard: Switchboard,
) -> None:
    freeswitch, outcome = await switchboard.doing(ring_three)
    amina, luc, nora = legs(await freeswitch.until("bridge"))
    told = {amina: "USER_BUSY", luc: "LOSE_RACE", nora: "NORMAL_CLEARING"}
    freeswitch.ends(variable_originate_causes=causes(told))
    assert await outcome == RingOutcome(THIRD, timedelta(0), {})


async def test_of_several_the_one_who_was_put_down_when_all_others_had_declined_has_talked(
    switchboard: Switchboard,
) -> None:
    freeswitch, outcome = await switchboard.doing(ring_both)
    amina, luc = legs(await freeswitch.until("bridge"))
    freeswitch.ends(variable_originate_causes=causes({amina: "NORMAL_CLEARING", luc: "CALL_REJECTED"}))
    assert await outcome == RingOutcome(OFFER, timedelta(0), {})


async def test_an_answer_that_was_over_before_freeswitch_saw_it_lets_the_others_ring_on(
    switchboard: Switchboard,
) -> None:
    freeswitch, outcome = await switchboard.doing(ring_three)
    amina, luc, nora = legs(await freeswitch.until("bridge"))
    told = {amina: "ALLOTTED_TIMEOUT", luc: "USER_BUSY", nora: "NORMAL_CLEARING"}
    freeswitch.ends(variable_originate_causes=causes(told))
    missed = {OFFER: MissCause.NO_ANSWER, OTHER: MissCause.BUSY, THIRD: MissCause.REJECTED}
    assert await outcome == RingOutcome(None, timedelta(0), missed)


async def test_of_one_agents_phones_too_one_that_was_put_down_unseen_lets_the_other_ring_on(
    switchboard: Switchboard,
) -> None:
    freeswitch, outcome = await switchboard.doing(lambda call: call.offer([AMINA, NORA], ring=RING))
    first, second = legs(await freeswitch.until("bridge"))
    freeswitch.ends(variable_originate_causes=causes({first: "NORMAL_CLEARING", second: "ALLOTTED_TIMEOUT"}))
    assert await outcome == Missed(MissCause.REJECTED)


@pytest.mark.parametrize("later", [[], ["ORIGINATOR_CANCEL"]], ids=["a ring", "a phone that rings alone"])
async def test_a_caller_who_hangs_up_before_the_agent_who_answered_is_joined_has_talked(
    switchboard: Switchboard, later: list[str]
) -> None:
    freeswitch, outcome = await switchboard.doing(ring_amina)
    (leg,) = legs(await freeswitch.until("bridge"))
    freeswitch.hang_up()
    told = [f"{leg};{cause}" for cause in ("NONE", *later)]
    freeswitch.ends(variable_originate_disposition="NORMAL_CLEARING", variable_originate_causes=told)
    assert await outcome == Talked(timedelta(0))


async def test_a_phone_that_telekit_stops_while_it_rings_has_not_talked(switchboard: Switchboard) -> None:
    freeswitch, outcome = await switchboard.doing(ring_amina)
    (leg,) = legs(await freeswitch.until("bridge"))
    freeswitch.ends(variable_originate_causes=causes({leg: TAKEN_BACK}))
    assert await outcome == Missed(MissCause.NO_ANSWER)


async def test_a_caller_who_hangs_up_while_it_rings_is_gone(switchboard: Switchboard) -> None:
    freeswitch, outcome = await switchboard.doing(ring_amina)
    (leg,) = legs(await freeswitch.until("bridge"))
    freeswitch.hang_up()
    freeswitch.ends(variable_originate_causes=causes({leg: "ORIGINATOR_CANCEL"}))
    with pytest.raises(CallerGone):
        await outcome


async def test_a_caller_who_hangs_up_after_talking_has_talked(switchboard: Switchboard) -> None:
    freeswitch, outcome = await switchboard.doing(ring_amina)
    (leg,) = legs(await freeswitch.until("bridge"))
    freeswitch.joins(leg, at=1000)
    freeswitch.tell("CHANNEL_HANGUP", Event__Date__Timestamp="1007000000")
    freeswitch.ends()
    assert await outcome == Talked(timedelta(seconds=7))


async def test_a_caller_whom_the_agent_has_passed_on_is_not_hung_up(switchboard: Switchboard) -> None:
    passed_on: list[bool] = []

    async def lead(call: Call) -> OfferOutcome:
        outcome = await ring_amina(call)
        await call.hang_up()
        passed_on.append(call.passed_on)
        return outcome

    freeswitch, outcome = await switchboard.doing(lead)
    (leg,) = legs(await freeswitch.until("bridge"))
    freeswitch.joins(leg, at=1000)
    freeswitch.parts(at=1003)
    freeswitch.ends(variable_transfer_source="1795452929:1612ea28:bl_xfer:2002/public/XML")
    assert await outcome == Talked(timedelta(seconds=3))
    assert passed_on == [True]
    another, _ = await switchboard.doing(lambda call: call.hang_up())
    await another.does(f"api uuid_kill {UUID} NORMAL_CLEARING", answer())
    await another.over()
    assert not freeswitch.is_left  # its end would take the caller out of where they wait now
    freeswitch.hang_up()
    await freeswitch.over()


async def test_what_the_dialplan_did_before_is_no_transfer_however_late_it_is_told(switchboard: Switchboard) -> None:
    async def lead(call: Call) -> OfferOutcome:
        outcome = await ring_amina(call)
        await call.hang_up()
        return outcome

    freeswitch, outcome = await switchboard.doing(lead)
    (leg,) = legs(await freeswitch.until("bridge"))
    freeswitch.ends("the dialplan's own", variable_transfer_source="1795452929:1612ea28:bl_xfer:ask/telekit-call/XML")
    freeswitch.joins(leg, at=1000)
    freeswitch.parts(at=1003)
    freeswitch.ends()
    await freeswitch.does(f"api uuid_kill {UUID} NORMAL_CLEARING")
    assert await outcome == Talked(timedelta(seconds=3))


async def test_freeswitch_may_die_while_it_rings(switchboard: Switchboard) -> None:
    freeswitch, outcome = await switchboard.doing(ring_amina)
    await freeswitch.until("bridge")
    freeswitch.die()
    with pytest.raises(LinkError):
        await outcome


async def test_an_offer_with_an_odd_name_is_refused_before_anything_rings(switchboard: Switchboard) -> None:
    _, outcome = await switchboard.doing(lambda call: call.offer([AMINA], ring=RING, offer=OfferId("1,x=2")))
    with pytest.raises(UnsafeValue):
        await outcome


async def test_a_number_that_is_nobodys_is_asked_for_no_key_and_is_no_offer(switchboard: Switchboard) -> None:
    freeswitch, outcome = await switchboard.doing(
        lambda call: call.connect(LUC.address, ring=RING, shown="+33199001234")
    )
    said = await freeswitch.until("bridge")
    assert "group_confirm" not in said
    assert "TELEKIT_OFFER" not in said
    assert "origination_caller_id_number=+33199001234,origination_caller_id_name=+33199001234" in said
    (leg,) = legs(said)
    freeswitch.ends(variable_originate_causes=causes({leg: "UNALLOCATED_NUMBER"}))
    assert await outcome == Missed(MissCause.UNREACHABLE)


@pytest.mark.parametrize("number", ["+33199005512,x=2", "+33199005512}"])
def test_a_number_that_cannot_be_told_to_freeswitch_is_not_told_to_the_log_either(number: str) -> None:
    for write in (originate.shown, lambda told: originate.written({"name": f"{told}]"})):
        with pytest.raises(UnsafeValue) as refused:
            write(number)
        assert "33199005512" not in str(refused.value)
