"""A telephone laboratory: a real Asterisk, real SIP phones and callers, on one machine and nowhere else.

    async def test_the_phone_rings(asterisk_prefix: Tree, tmp_path: Path) -> None:
        config = {
            "pjsip.conf": accounts.trunk() + accounts.phone("amina", "her-password"),
            "extensions.conf": "[from-carrier]\\nexten => 100,1,Dial(PJSIP/amina,10)\\n",
        }
        asterisk = Asterisk(tmp_path, asterisk_prefix, config)
        phone = Phone(asterisk, "amina", "her-password", address="127.0.0.11", hertz=1000)
        async with asterisk, phone, Caller(asterisk, "100", "+33199007788", hertz=700) as caller:
            call = await phone.rings()
            assert call.caller == "+33199007788"
            await phone.answer()
            await caller.hears(1000)
            await phone.hears(700)
            await caller.hang_up()
            await phone.ended()

`make asterisk` brings the programs (bootstrap); every test runs in a network of its own (namespace). The words
of phones are in phones (baresip, real ones) and scripted_phones (any answer), those of callers in callers; a
crowd is SIPp's.
"""
