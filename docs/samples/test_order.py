"""Test the call script order.py without a switch. `pytest` runs it; the seconds a caller waits take no time."""

from telekit.pbx.loopback import LoopbackCall, run

from scripts.order import script


async def lead(keys: str) -> list[str]:
    """Let a caller in who presses these keys; tell what the caller went through."""
    call = LoopbackCall(keys=keys)
    await script(call)
    return call.story


def test_a_known_order_is_told() -> None:
    """Hear the number again, then where the order is."""
    assert run(lead("20261101")) == [
        "answered",
        "played custom/your-order-number",
        "pressed 20261101",
        "music default",
        "music off",
        "played custom/your-order",
        "said 20261101",
        "played custom/sent",
        "hung up",
    ]


def test_an_unknown_order_leads_to_a_person() -> None:
    """Go on in the dialplan, at its label."""
    assert run(lead("99999999"))[-1] == "handed back at person"


def test_who_presses_nothing_gets_to_a_person_too() -> None:
    """Wait for no key for ever."""
    assert run(lead(""))[-1] == "handed back at person"
