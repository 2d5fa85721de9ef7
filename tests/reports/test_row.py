from telekit.history.queue_log import Entry, read_queue_log
from telekit.reports.row import Row, RowNames
from tests.history.facts import NINE, seconds


def test_a_row_is_written_field_by_field() -> None:
    row = Row(NINE + seconds(4.9), "CONNECT", (4, "1.8", 3), "1.7", "help", "amina")
    assert str(row) == "1795424404|1.7|help|amina|CONNECT|4|1.8|3"


def test_what_is_not_there_is_none_and_an_event_without_data_ends_in_a_pipe() -> None:
    assert str(Row(NINE, "CONFIGRELOAD")) == "1795424400|NONE|NONE|NONE|CONFIGRELOAD|"


def test_nothing_that_anybody_said_breaks_a_row() -> None:
    said = "a|b\nc\r\0d\u2028e\x85f"
    row = str(Row(NINE, "PAUSEALL", (said,), said, said, said))
    assert row.splitlines() == [row]
    (entry,) = read_queue_log([row])
    assert isinstance(entry, Entry)
    assert (entry.call, entry.queue, entry.agent, *entry.data) == ("a_b_c__d_e_f",) * 4


def test_a_datum_is_cut_at_what_the_table_takes() -> None:
    assert str(Row(NINE, "PAUSEALL", ("x" * 101,))).endswith(f"|{'x' * 100}")


def test_agents_and_queues_may_have_other_names_in_rows() -> None:
    names = RowNames({"amina": "PJSIP/204"}, {"help": "8000"})
    row = Row(NINE, "CONNECT", (4, "1.8", 3), "1.7", "help", "amina")
    assert names.line(row) == "1795424400|1.7|8000|PJSIP/204|CONNECT|4|1.8|3\n"
    assert names.line(Row(NINE, "CONFIGRELOAD")) == "1795424400|NONE|NONE|NONE|CONFIGRELOAD|\n"
