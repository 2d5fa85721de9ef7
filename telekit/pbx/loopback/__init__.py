"""A switch without telephones, for tests of call scripts: a scripted caller, scripted phones, time that leaps.

from telekit.pbx.loopback import Answers, LoopbackCall, LoopbackSwitch, run

async def story() -> None:
    switch = LoopbackSwitch()
    switch.phone("sip:amina", Answers(after=timedelta(seconds=8), talks=timedelta(minutes=3)))
    call = LoopbackCall(switch, keys="2")
    await my_script(call)
    assert call.story == ["answered", "played choose", "chose 2", "offered sip:amina: talked 0:03:00", "hung up"]

def test_my_script() -> None:
    run(story())
"""

from telekit.pbx.loopback.call import LoopbackCall
from telekit.pbx.loopback.clock import VirtualLoop, run, virtual_clock
from telekit.pbx.loopback.phone import Answers, LoopbackPhone, Refuses, Rings
from telekit.pbx.loopback.switch import LoopbackSwitch

__all__ = [
    "Answers",
    "LoopbackCall",
    "LoopbackPhone",
    "LoopbackSwitch",
    "Refuses",
    "Rings",
    "VirtualLoop",
    "run",
    "virtual_clock",
]
