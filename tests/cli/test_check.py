"""What `telekit check` says of rules, and where there are none."""

from pathlib import Path

import pytest

from tests.cli.command import SAMPLES, run

RULES = """\
timezone: Europe/Paris
queues:
  help: {closed: {then: {script: ordr}}, open: mon 08:00-09:00}
routes:
  - {when: {dialed: 1}, script: greeting}
  - {when: {dialed: 2}, go: {script: nothing-like-it}}
  - {when: {dialed: 3}, menu: main}
menus:
  main: {say: welcome, 1: {script: greting}, nothing: {script: order}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "telekit.yaml").write_text("rules: rules\nscripts: scripts\n")
    (tmp_path / "rules").mkdir()
    (tmp_path / "scripts").mkdir()
    for name in ("order", "greeting"):
        (tmp_path / f"scripts/{name}.py").write_text("async def script(call): ...\n")
    (tmp_path / "rules/rules.yaml").write_text(RULES)
    return tmp_path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    file = tmp_path / "rules.yaml"
    file.write_text("skills: [french]\nagents:\n  a: {phone: sip:a, skils: {french: 5}}\nqueus: {}\n")
    return file


def test_it_counts_what_fine_rules_hold() -> None:
    status, printed, _ = run("check", SAMPLES)
    assert status == 0
    assert printed.startswith("fine: 4 agents, 4 skills")


def test_it_tells_every_mistake_and_fails(bad: Path) -> None:
    status, printed, complaint = run("check", bad)
    assert status == 1
    assert f"{bad}:3:21: agents.a: unknown key 'skils'; did you mean 'skills'?" in printed
    assert f"{bad}:4:1: unknown section 'queus'; did you mean 'queues'?" in printed
    assert complaint == "2 mistakes\n"


def test_a_folder_that_is_not_there_is_a_usage_mistake(tmp_path: Path) -> None:
    status, _, complaint = run("check", tmp_path / "none")
    assert status == 2
    assert "does not exist" in complaint


@pytest.mark.parametrize("verb", [("check",), ("explain", "--dialed", "100"), ("render", "asterisk", "--show")])
def test_where_there_are_neither_settings_nor_rules_it_says_what_to_do(verb: tuple[str, ...], tmp_path: Path) -> None:
    status, printed, complaint = run(*verb, folder=tmp_path)
    assert (status, printed) == (1, "")
    assert complaint.startswith("telekit: There is neither a telekit.yaml here nor a folder named rules: go to")


def test_settings_that_name_rules_which_are_not_there_are_told(tmp_path: Path) -> None:
    (tmp_path / "telekit.yaml").write_text("rules: ruels\n")
    status, _, complaint = run("check", folder=tmp_path)
    assert status == 1
    assert "The rules ruels do not exist: write them there, or mend `rules` in telekit.yaml." in complaint


def test_an_empty_folder_of_rules_is_not_fine(tmp_path: Path) -> None:
    status, printed, _ = run("check", tmp_path)
    assert status == 1
    assert printed == f"{tmp_path}: holds no rule file; their names end in .yaml\n"


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "timezone: Europe/Paris\n", "agents: {}\nroutes: []\n"])
def test_rules_that_hold_nothing_are_not_fine(tmp_path: Path, text: str) -> None:
    (tmp_path / "rules.yaml").write_text(text)
    status, printed, complaint = run("check", tmp_path)
    assert (status, printed) == (1, "")
    assert complaint == f"Nothing to route: {tmp_path} holds no agent, no queue and no route.\n"


def test_rules_without_a_route_are_fine_and_it_says_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text("agents: {amina: {phone: sip:amina}}\n")
    status, printed, complaint = run("check", "--without", "unreachable-agent", tmp_path)
    assert status == 0
    assert printed.startswith("fine: 1 agent, ")
    assert complaint == "No route leads a call anywhere yet: every call is hung up.\n"


SCRIPTS = """\
{0}:3:34: queues.help.closed.then.script: unknown script 'ordr'; did you mean 'order'?
  help: {{closed: {{then: {{script: ordr}}}}, open: mon 08:00-09:00}}
                                 ^
{0}:6:38: routes[2].go.script: unknown script 'nothing-like-it'; known are greeting, order
  - {{when: {{dialed: 2}}, go: {{script: nothing-like-it}}}}
                                     ^
{0}:9:36: menus.main.1.script: unknown script 'greting'; did you mean 'greeting'?
  main: {{say: welcome, 1: {{script: greting}}, nothing: {{script: order}}}}
                                   ^
"""


@pytest.mark.parametrize(
    "arguments",
    [(), ("rules",), ("--settings", "telekit.yaml", "rules/rules.yaml")],
    ids=["those of the settings", "the same by name", "others, with the settings"],
)
def test_a_script_that_is_not_in_the_folder_is_told_with_its_place(folder: Path, arguments: tuple[str, ...]) -> None:
    status, printed, complaint = run("check", *arguments, folder=folder)
    assert (status, complaint) == (1, "3 mistakes\n")
    assert printed == SCRIPTS.format("rules/rules.yaml")


def test_where_no_settings_say_what_scripts_there_are_any_may_be_named(folder: Path, tmp_path: Path) -> None:
    assert run("check", "--no-lints", "rules/rules.yaml", folder=folder)[0] == 0
    (folder / "telekit.yaml").unlink()
    assert run("check", "--no-lints", folder=folder)[0] == 0


def test_without_a_folder_of_scripts_every_script_is_unknown(folder: Path) -> None:
    (folder / "telekit.yaml").write_text("rules: rules\n")
    status, printed, _ = run("check", folder=folder)
    assert status == 1
    assert "unknown script 'order'; put order.py into the scripts folder that telekit.yaml names" in printed


def test_a_folder_of_scripts_that_is_not_there_is_told(folder: Path) -> None:
    (folder / "telekit.yaml").write_text("scripts: scirpts\n")
    status, _, complaint = run("check", folder=folder)
    assert status == 1
    assert "The scripts folder scirpts is not there: make it, or mend `scripts` in telekit.yaml." in complaint


def test_rules_with_lints_only_are_fine_but_for_them_and_the_status_says_so() -> None:
    odd = SAMPLES.parent / "hardly-meant/rules.yaml"
    status, printed, _ = run("check", odd)
    assert status == 3
    assert "takes every call that it could" in printed
    assert "[shadowed-route]\n" in printed
    assert printed.splitlines()[-1].startswith("fine but for 8 lints: 3 agents")
    status, printed, _ = run("check", "--no-lints", odd)
    assert (status, printed.count("\n")) == (0, 1)


def test_rules_with_a_mistake_are_told_the_mistake_alone(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text("queues:\n  help: {requires: {french: 5}}\n")
    status, printed, _ = run("check", file)
    assert status == 1
    assert "never-served" not in printed
