"""FreeSWITCH keeps the contracts of every switch, wherever a real one is found."""

import pytest

from tests.pbx.contract import CallContract
from tests.pbx.number_contract import NumberContract

pytestmark = pytest.mark.asyncio(loop_scope="module")


class TestFreeSwitch(CallContract):
    pass


class TestNumbers(NumberContract):
    pass
