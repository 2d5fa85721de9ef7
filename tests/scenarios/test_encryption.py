"""What `telekit render` writes: phones that register and talk encrypted, and none that do not."""

import re

from tests.lab.callers import Caller
from tests.lab.phones import Phone
from tests.scenarios.rules import NUMBER, only


async def test_an_agent_registers_and_talks_over_tls_with_srtp(installed) -> None:
    kit = await installed(only("amina"), rendered=True)
    home = kit.outside()
    async with (
        Phone(home, "amina", kit.password("amina"), address="127.0.0.11", tls=True, answers=True, hertz=1000) as amina,
        Caller(kit.switch, NUMBER, hertz=700) as caller,
    ):
        call = await amina.rings()
        await amina.talks()
        assert call.encrypted
        await caller.hears(1000)
        await amina.hears(700)
        await caller.hang_up()
        await kit.fact("finished", agent="amina")
        assert kit.complaints() == []


async def test_a_guessed_password_does_not_register(installed) -> None:
    kit = await installed(only("amina"), rendered=True)
    amina = Phone(kit.outside(), "amina", "amina-password", address="127.0.0.11", tls=True)
    await amina.start()
    try:
        await amina.register()
        assert re.search("40[13]", await amina.refused())
    finally:
        await amina.stop()


async def test_passwords_stay_when_rendered_again(installed) -> None:
    kit = await installed(only("amina"), rendered=True)
    before = kit.password("amina")
    printed = await kit.render()
    assert kit.password("amina") == before
    assert before not in printed
