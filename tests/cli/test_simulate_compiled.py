"""`telekit simulate --compiled`: by which code calls are led, and what is told before minutes are spent."""

from pathlib import Path

from telekit.simulate.compiled import kept_at
from tests.cli.command import run
from tests.docs.page import DOCS

NOW = DOCS / "samples/simulate/now.yaml"
A_DAY = ("--calls", "billing=4", "--talk", "3m", "--from", "2026-11-24", "--runs", 2)
ANOTHER = "import sys\n\ndef main() -> None:\n    print('led by another', *sys.argv[1:])\n"


def test_the_copy_that_is_there_leads_the_calls(tmp_path: Path) -> None:
    copy = kept_at(tmp_path / "telekit/compiled") / "telekit/cli"
    copy.mkdir(parents=True)
    (copy.parent / "__init__.py").touch()
    (copy / "__init__.py").touch()
    (copy / "main.py").write_text(ANOTHER)
    said = run("simulate", *A_DAY, "--compiled", NOW, XDG_CACHE_HOME=str(tmp_path), folder=tmp_path)
    assert said == (0, f"led by another simulate {' '.join(map(str, A_DAY))} --compiled {NOW}\n", "")


def test_what_is_missing_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    status, printed, complaint = run(
        "simulate", *A_DAY, "--compiled", NOW, XDG_CACHE_HOME=str(tmp_path), CC="no-such-compiler"
    )
    assert (status, printed) == (1, "")
    assert complaint.startswith("telekit: Compiling needs a C compiler, and there is no no-such-compiler: install it")
    assert list(tmp_path.iterdir()) == []


def test_a_mistake_in_what_is_asked_is_told_before_anything_is_compiled(tmp_path: Path) -> None:
    status, printed, complaint = run(
        "simulate", "--calls", "bulling=4", "--compiled", NOW, XDG_CACHE_HOME=str(tmp_path)
    )
    assert (status, printed) == (2, "")
    assert "did you mean 'billing'?" in complaint
    assert list(tmp_path.iterdir()) == []
