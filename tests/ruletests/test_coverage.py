"""The coverage names the parts of the rules that no test reached."""

from pathlib import Path

from telekit.rules import load
from telekit.ruletests.coverage import Coverage, coverage_of
from telekit.ruletests.coverage_page import coverage_page
from tests.docs.page import DOCS
from tests.ruletests.rules import plan_in, result_of


def coverage(folder: Path, *tests: str) -> Coverage:
    return coverage_of(plan_in(folder), [result_of(folder, test) for test in tests])


def missed(folder: Path, *tests: str) -> set[str]:
    return {f"{part.kind} {part.name}" for part in coverage(folder, *tests).missed}


def test_without_a_test_everything_is_missed(tmp_path: Path) -> None:
    assert missed(tmp_path) == {
        *("route VIP", "route gold", "route 3.", "route 4.", "menu key main: 1", "menu key main: nothing"),
        *("step billing at once", "step billing after 30s", "exit billing after 8m", "overflow billing from 2 wait"),
        *("closed billing", "no agent billing", "shift early", "shift late", "exception amina on 2026-12-24"),
    }
    assert coverage(tmp_path).share == 0


def test_a_call_reaches_its_route_its_key_its_step_and_the_shift_of_whom_it_rings(tmp_path: Path) -> None:
    reached = missed(tmp_path) - missed(tmp_path, "call: {dialed: 100, menu: 1}")
    assert reached == {"route 3.", "menu key main: 1", "step billing at once", "shift early"}


def test_each_key_of_a_menu_is_told_by_its_own_line() -> None:
    parts = coverage_of(load(DOCS / "samples/rules"), []).missed
    keys = {part.name: part.origin.line for part in parts if part.kind == "menu key"}
    assert keys == {"main: 1": 25, "main: 2": 26, "main: *": 27, "main: nothing": 28}


def test_each_way_out_of_a_queue_is_reached_by_taking_it(tmp_path: Path) -> None:
    call = "call: {dialed: 100, menu: 1}"
    away = f"agents: {{amina: paused, luc: paused}}, {call}"
    before = missed(tmp_path, call)
    assert before - missed(tmp_path, call, f"{away}, then: [{{after: 8m}}]") == {
        "step billing after 30s",
        "exit billing after 8m",
    }
    assert before - missed(tmp_path, call, f"at: 2026-11-24 21:00, {call}") == {"closed billing"}
    assert before - missed(tmp_path, call, f"agents: {{amina: logged-out, luc: logged-out}}, {call}") == {
        "no agent billing"
    }
    others = "{call: {dialed: 100, menu: 1, as: second}}, {call: {dialed: 100, menu: 1, as: third}}"
    assert before - missed(tmp_path, call, f"{away}, then: [{others}]") == {"overflow billing from 2 wait"}


def test_a_call_on_its_day_reaches_an_exception(tmp_path: Path) -> None:
    on_the_day = "at: 2026-12-24 10:00, call: {dialed: 100, menu: 1}"
    assert "exception amina on 2026-12-24" not in missed(tmp_path, on_the_day)


def test_pressing_nothing_is_a_key_of_its_own(tmp_path: Path) -> None:
    silent = "call: {dialed: 100}, then: [{after: 5s}]"
    assert "menu key main: nothing" not in missed(tmp_path, silent)


def test_the_page_marks_the_lines_that_no_test_reached(tmp_path: Path) -> None:
    page = coverage_page(coverage(tmp_path, "call: {dialed: 100, menu: 1}"))
    (late,) = (line for line in page.split("<span") if "shifts: {early: mon-fri" in line)
    assert 'class="missed"' in late
    assert "not reached: shift late" in late
    assert "shift early" not in late.partition("<b>")[2]
    assert "<h1>27% of the rules are tested</h1>" in page
    assert "http" not in page.replace("https://crm.example/", "")


def test_the_page_shows_rules_as_text_not_as_markup(tmp_path: Path) -> None:
    plan = plan_in(tmp_path)
    (tmp_path / "rules.yaml").write_text("# <script>alert(1)</script>\n")
    page = coverage_page(coverage_of(plan, []))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
