"""Many phones and callers at once, on a real Asterisk."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.lab import accounts
from tests.lab.asterisk import Asterisk
from tests.lab.crowd import Crowd, CrowdFailed, _moments
from tests.lab.tree import Tree

PHONES = [(f"agent{number}", f"pass-of-{number}") for number in range(20)]
CONFIG = {
    "pjsip.conf": accounts.trunk(callers=("127.0.1.255",))
    + "".join(accounts.phone(name, password) for name, password in PHONES),
    "extensions.conf": """
[from-carrier]
exten => any,1,Dial(PJSIP/agent${RAND(0,19)},10)
exten => nobody,1,Hangup(17)
""",
}


@pytest.fixture
async def asterisk(asterisk_prefix: Tree, tmp_path: Path) -> AsyncIterator[Asterisk]:
    async with Asterisk(tmp_path / "asterisk", asterisk_prefix, CONFIG) as running:
        yield running


async def test_every_call_of_many_is_answered(asterisk: Asterisk) -> None:
    async with Crowd(asterisk, PHONES) as crowd:
        assert (await asterisk.cli("pjsip show contacts")).count("agent") == 2 * len(PHONES)
        traffic = await crowd.called("any", rate=50, calls=50, hold=timedelta(milliseconds=100))
        again = await crowd.called("any", rate=50, calls=10, hold=timedelta(0))
    assert (traffic.offered, traffic.answered, len(traffic.delays)) == (50, 50, 50)
    assert timedelta(0) < traffic.delay(0.5) <= traffic.delay(0.99)
    assert len(again.delays) == 10


async def test_refused_calls_are_counted(asterisk: Asterisk) -> None:
    async with Crowd(asterisk, PHONES[:1]) as crowd:
        traffic = await crowd.called("nobody", rate=20, calls=5, hold=timedelta(0))
    assert (traffic.offered, traffic.answered) == (5, 0)


async def test_a_phone_that_is_refused_is_told(asterisk: Asterisk) -> None:
    with pytest.raises(CrowdFailed, match="not every phone was registered"):
        await Crowd(asterisk, [("agent0", "guessed")]).start()


def test_a_line_that_was_not_ended_is_no_call(tmp_path: Path) -> None:
    log = tmp_path / "call.log"
    log.write_text("1-1@here 1795424000 250000\n2-1@here 1795424001 500000\n3-1@here 1795")
    assert _moments(log) == {"1-1@here": 1795424000.25, "2-1@here": 1795424001.5}
