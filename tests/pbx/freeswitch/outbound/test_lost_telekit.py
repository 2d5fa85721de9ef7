"""What stands on a caller's leg for the dialplan, should telekit be lost."""

from telekit.pbx.port import Call
from tests.pbx.freeswitch.outbound.conftest import Switchboard
from tests.pbx.freeswitch.outbound.fake import UUID, answer
from tests.pbx.freeswitch.outbound.rings import OFFER, legs, ring_amina


async def test_who_hears_music_is_led_on_when_telekit_is_lost_but_nobody_who_talks(switchboard: Switchboard) -> None:
    async def wait(call: Call) -> None:
        await call.music_on()
        await ring_amina(call)
        await call.music_on()

    freeswitch, _ = await switchboard.doing(wait)
    await freeswitch.sets(playback_terminators="none", socket_resume="true")
    await freeswitch.begins("playback")
    await freeswitch.sets(TELEKIT_OFFER=OFFER)
    await freeswitch.does(f"api uuid_break {UUID}", answer())
    freeswitch.ends()
    await freeswitch.sets(socket_resume="false")
    await freeswitch.until("bridge")
    freeswitch.ends(variable_originate_disposition="NO_ANSWER")
    await freeswitch.sets(socket_resume="true")
    await freeswitch.begins("playback")


async def test_who_was_led_on_from_music_is_not_while_talking(switchboard: Switchboard) -> None:
    async def ring(call: Call) -> None:
        await ring_amina(call)

    freeswitch = await switchboard.call(ring, socket_resume="true")
    await freeswitch.sets(TELEKIT_OFFER=OFFER, socket_resume="false")


async def test_who_stands_in_line_again_has_no_conversation_that_outlives_telekit(switchboard: Switchboard) -> None:
    """Else the dialplan, were telekit lost then, would end the call."""

    async def again(call: Call) -> None:
        await ring_amina(call)
        await call.set("TELEKIT_PLACE", "1795.250:0:billing::60.000")

    freeswitch, _ = await switchboard.doing(again)
    (leg,) = legs(await freeswitch.until("bridge"))
    freeswitch.joins(leg, at=1000)
    freeswitch.parts(at=1065)
    freeswitch.ends()
    await freeswitch.sets(last_bridge_to="", TELEKIT_PLACE="1795.250:0:billing::60.000")
