"""FreeSWITCH keeps the contract of every switch that calls somebody by itself, wherever a real one is found."""

import pytest

from tests.pbx.outgoing_contract import OutgoingContract

pytestmark = pytest.mark.asyncio(loop_scope="module")


class TestFreeSwitch(OutgoingContract):
    pass
