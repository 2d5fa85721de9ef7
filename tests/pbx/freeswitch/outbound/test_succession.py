"""A caller takes the place of the agent who waits for them: what FreeSWITCH is told, and before the place itself."""

from telekit.domain.place import VARIABLE as PLACE
from telekit.pbx.port import Call
from tests.pbx.freeswitch.outbound.conftest import Switchboard

WAITS = "1795464130.250:0:technical"


async def waits(call: Call) -> None:
    await call.set(PLACE, WAITS)
    await call.set(PLACE, "")
    await call.hang_up()


async def test_the_place_of_an_agents_phone_is_left_to_a_caller_whom_it_passes_on(switchboard: Switchboard) -> None:
    phone = await switchboard.call(waits, sip_authorized="true")
    steps = f"set:TELEKIT_PLACE={WAITS}^unset:telekit_script^transfer:ask\\sxml\\stelekit-call"
    await phone.sets(inline_destination=f"m:^:{steps}", TELEKIT_PLACE=WAITS)
    await phone.sets(inline_destination="", TELEKIT_PLACE="")


async def test_the_place_of_somebody_from_outside_is_left_to_nobody(switchboard: Switchboard) -> None:
    caller = await switchboard.call(waits)
    await caller.sets(TELEKIT_PLACE=WAITS)
    await caller.sets(TELEKIT_PLACE="")
