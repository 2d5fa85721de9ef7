"""Somebody in the public network, whom Asterisk reaches through its trunk."""

from tests.lab import accounts
from tests.lab.asterisk import Asterisk
from tests.lab.desk_phone import DeskPhone

ADDRESS = "127.0.9.1"


def trunk_leads_outside(config: dict[str, str]) -> None:
    """Let the lab's trunk lead to this address, besides bringing callers."""
    known = accounts.trunk(context="telekit-in").partition("type = endpoint\n")
    assert known[0] + known[1] in config["pjsip.conf"], "the trunk is not the lab's own"
    told = f"{known[0]}{known[1]}aors = carrier\n"
    config["pjsip.conf"] = config["pjsip.conf"].replace(known[0] + known[1], told)
    config["pjsip.conf"] += f"\n[carrier]\ntype = aor\ncontact = sip:{ADDRESS}:5060\n"


class Outside(DeskPhone):
    """A phone behind the trunk: it takes calls to any number, and registers nowhere."""

    def __init__(self, asterisk: Asterisk, *, hertz: int = 1300) -> None:
        super().__init__(asterisk, "outside", "", address=ADDRESS, hertz=hertz)

    async def register(self) -> None:
        """Do nothing: the network knows where its phones are."""
