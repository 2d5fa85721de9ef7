"""A result that is handed from one process to another."""

import pickle

from telekit.simulate.parcel import pack, unpack
from telekit.simulate.run import Run, Setting
from telekit.simulate.slots import Slots
from telekit.simulate.spread import Exponential
from tests.simulate.test_run import HELP, IN_TIME, OPEN_AT, centre, traffic


def test_a_result_comes_out_of_its_parcel_as_it_went_in_and_nothing_on_the_way_is_telekits() -> None:
    rules, coming = centre(3), traffic(100, 1, Exponential(120), Exponential(60))
    end_at = coming.bursts[-1].end_at
    setting = Setting(rules, OPEN_AT, OPEN_AT, IN_TIME, end_at=end_at, slots=Slots(OPEN_AT, end_at, rules.zone))
    result = Run(setting, [coming], "monday").go()
    sent = pickle.dumps(pack(result))
    assert b"telekit" not in sent
    got = unpack(pickle.loads(sent), setting.nothing_yet())
    assert got == result
    assert got.queue(HELP).gave_up > 0
    assert sum(got.ends.values()) == got.queue(HELP).came
    assert got.timesheet.of(rules.agents).handling > 0
