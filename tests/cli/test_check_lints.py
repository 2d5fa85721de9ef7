"""`telekit check` names lints, explains them, prints them for programs and mends what is certain."""

import json
import shutil
from pathlib import Path

import pytest

from telekit.rules.lints.name import LINTS
from tests.cli.command import SAMPLES, run
from tests.rules.lints.page import LINT_PAGES, LintPage

ODD = SAMPLES.parent / "hardly-meant"
LEFT_OVER = (ODD / "left-over.yaml").read_text()
MENDED = """\
# Rules in which something is left over: `telekit check --fix` mends it.
timezone: Europe/Paris

shifts:
  days: mon-fri 09:00-17:30

agents:
  amina: {phone: sip:amina, shifts: days}

lists:
  vip: [+33199005566, +33199005567]   # Mme Martin, M. Lopez
"""


def test_the_list_names_every_lint_with_its_severity() -> None:
    status, printed, _ = run("check", "--list")
    assert status == 0
    assert [line.split()[:2] for line in printed.splitlines()] == [[name, one.severity] for name, one in LINTS.items()]


@pytest.mark.parametrize("page", LINT_PAGES[::9], ids=lambda page: page.name)
def test_a_lint_is_explained_with_both_its_examples(page: LintPage, tmp_path: Path) -> None:
    status, printed, _ = run("check", "--explain", page.name, folder=tmp_path)
    assert status == 0
    assert printed.startswith(f"# {page.name}\n")
    for example in page.examples.values():
        assert "".join(f"    {line}\n" for line in example.splitlines()) in f"{printed}\n"


def test_a_page_is_told_without_what_only_a_browser_follows() -> None:
    told = run("check", "--explain", "day-too-long")[1]
    assert "bring it to 10 hours, say so." in told
    assert "](" not in told


def test_a_lint_that_there_is_not_is_a_usage_mistake() -> None:
    status, _, complaint = run("check", "--explain", "never-serve")
    assert status == 2
    assert "there is no lint 'never-serve'; did you mean 'never-served'?" in complaint


def test_a_lint_may_be_left_out() -> None:
    named = [line.rpartition("[")[2] for line in run("check", ODD / "rules.yaml")[1].splitlines() if line[-1:] == "]"]
    assert "no-fallback]" in named
    assert "no-fallback]" not in run("check", "--without", "no-fallback", ODD / "rules.yaml")[1]


def test_a_program_reads_lints_and_mistakes_alike(tmp_path: Path) -> None:
    status, printed, _ = run("check", "--json", ODD / "left-over.yaml")
    assert status == 3
    first, *_ = json.loads(printed)
    assert first == {
        "file": str(ODD / "left-over.yaml"),
        "line": 5,
        "column": 44,
        "severity": "note",
        "name": "needless-silence",
        "path": "",
        "message": "there is no 'clock-change' to silence here",
        "hint": "remove the name",
    }
    (tmp_path / "rules.yaml").write_text("queus: {}\n")
    status, printed, _ = run("check", "--json", tmp_path)
    assert (status, [one["severity"] for one in json.loads(printed)]) == (1, ["error"])
    assert run("check", "--json", SAMPLES)[:2] == (0, "[]\n")


def test_github_is_told_by_annotations(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text("agents: {amina: {phone: sip:amina, name: 100%}}\nlists: {vip: [1, 1]}\n")
    printed = run("check", "--github", "rules.yaml", folder=tmp_path)[1]
    assert [line.split("::")[1:] for line in printed.splitlines()] == [
        [
            "warning file=rules.yaml,title=unreachable-agent,line=1,col=10",
            "agents.amina: this agent is on no shift; no phone of theirs ever rings; give them a shift",
        ],
        [
            "notice file=rules.yaml,title=unused-list,line=2,col=9",
            "lists.vip: no route asks this list; write {in: vip} where it counts, or remove it",
        ],
        [
            "notice file=rules.yaml,title=number-twice,line=2,col=18",
            "lists.vip: '1' stands in this list twice, first at column 15; remove one of the two",
        ],
    ]
    (tmp_path / "rules.yaml").write_text("queues: {'10%:,x': {}}\n")
    assert run("check", "--github", "rules.yaml", folder=tmp_path)[1].startswith(
        "::error file=rules.yaml,title=telekit check,line=1,col=10::queues.10%25:,x: "
    )


def test_fix_mends_the_file_as_it_was_written_and_nothing_is_left_to_mend(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(LEFT_OVER)
    file.chmod(0o640)
    status, printed, complaint = run("check", "--fix", file)
    assert status == 0
    assert file.read_text() == LEFT_OVER.replace(LEFT_OVER.partition("\nqueues:")[0], MENDED)
    assert "-  vip: [+33199005566, +33199005567, +33199005566]   # Mme Martin, M. Lopez\n" in printed
    assert complaint == "2 places mended\n"
    assert file.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [file]
    assert run("check", "--fix", file) == (0, run("check", file)[1], "0 places mended\n")


def test_tests_of_past_days_pass_after_mending_as_they_did_before(tmp_path: Path) -> None:
    rules = Path(shutil.copytree(SAMPLES, tmp_path / "rules"))
    assert run("test", rules)[0] == 0
    status, printed, complaint = run("check", rules, "--at", "2027-06-01", "--fix")
    assert (status, complaint) == (3, "0 places mended\n")
    assert "[expired-exception]" in printed
    assert run("test", rules)[0] == 0


def test_diff_shows_the_same_and_writes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(LEFT_OVER)
    status, printed, complaint = run("check", "--diff", file)
    assert (status, complaint) == (3, "2 places to mend\n")
    assert file.read_text() == LEFT_OVER
    assert run("check", "--fix", file)[1].startswith(printed)
    assert run("check", "--diff", file) == (0, "", "0 places to mend\n")


def test_a_link_to_a_file_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real/rules.yaml").write_bytes(b"\xef\xbb\xbf" + LEFT_OVER.replace("\n", "\r\n").encode())
    (tmp_path / "rules.yaml").symlink_to("real/rules.yaml")
    assert run("check", "--fix", tmp_path / "rules.yaml")[0] == 0
    assert (tmp_path / "rules.yaml").is_symlink()
    data = (tmp_path / "real/rules.yaml").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf# Rules")
    assert data.count(b"\r\n") == data.count(b"\n") == LEFT_OVER.count("\n")


def test_what_is_past_goes_by_the_day_that_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(f"{LEFT_OVER}exceptions: [{{agent: amina, on: 2025-12-24, off: leave}}]\n")
    assert "[expired-exception]" in run("check", "--at", "2026-01-25", tmp_path)[1]
    assert "[expired-exception]" not in run("check", "--at", "2026-01-24", tmp_path)[1]
    status, _, complaint = run("check", "--at", "tomorrow", tmp_path)
    assert status == 2
    assert "'tomorrow' is no instant" in complaint
