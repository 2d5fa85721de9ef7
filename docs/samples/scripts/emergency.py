"""Ring two people on call at once, then one after the other, then take a message."""

from datetime import timedelta

from telekit.domain.phone import Phone, PhoneKind
from telekit.pbx.port import Call, Talked

LUC = Phone(PhoneKind.SIP, "luc")
SAM = Phone(PhoneKind.SIP, "sam")
SAM_ON_THE_ROAD = Phone(PhoneKind.TEL, "+33199005512")


async def script(call: Call) -> None:
    """Lead one caller."""
    await call.answer()
    for phones in ([LUC, SAM], [SAM_ON_THE_ROAD]):
        outcome = await call.offer(phones, ring=timedelta(seconds=15), music="default")
        if isinstance(outcome, Talked):
            await call.set("CDR(userfield)", f"talked {outcome.talked.seconds} s")
            await call.hang_up()
            return
    await call.play("telekit/leave-message", "beep")
    await call.record(f"emergency-{call.id}", longest=timedelta(minutes=2))
    await call.play("telekit/message-saved")
    await call.hang_up()
