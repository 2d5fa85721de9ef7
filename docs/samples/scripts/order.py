"""Tell a caller where an order is; send whoever needs a person on to the dialplan's label `person`."""

import asyncio
from datetime import timedelta

from telekit.pbx.port import Call

ORDERS = {"20261101": "sent", "20261102": "in-the-workshop"}


async def state_of(order: str) -> str | None:
    """Look an order up; a real one would ask a database, and other calls go on meanwhile."""
    await asyncio.sleep(0.2)
    return ORDERS.get(order)


async def script(call: Call) -> None:
    """Lead one caller."""
    await call.answer()
    order = await call.ask("custom/your-order-number", digits=8, timeout=timedelta(seconds=4))
    await call.music_on()
    state = await call.until(state_of(order))
    await call.music_off()
    if state is None:
        await call.hand_back("person")
        return
    await call.play("custom/your-order")
    await call.say_digits(order)
    await call.play(f"custom/{state}")
    await call.hang_up()
