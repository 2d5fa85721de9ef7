"""Every mistake in a rule file is answered with the exact complaint that stands beside it in `bad/`.

`bad/NAME.yaml`, or the files of the folder `bad/NAME/`, give `bad/NAME.txt`.
"""

from pathlib import Path

import pytest

from telekit import rules

BAD = Path(__file__).parent / "bad"
EXPECTED = sorted(BAD.glob("*.txt"))


def _rules_beside(expected: Path) -> Path:
    folder = expected.with_suffix("")
    return folder if folder.is_dir() else expected.with_suffix(".yaml")


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: path.stem)
def test_a_mistake_is_answered_with_its_complaint(expected: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BAD)
    complaints = rules.check(_rules_beside(expected).relative_to(BAD))
    assert "".join(f"{complaint}\n" for complaint in complaints) == expected.read_text()


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: path.stem)
def test_rules_with_a_mistake_make_no_plan(expected: Path) -> None:
    with pytest.raises(rules.BadRules):
        rules.load(_rules_beside(expected))


def test_no_bad_file_stands_without_its_complaint() -> None:
    written = {path.stem for path in BAD.iterdir() if path.suffix == ".yaml" or path.is_dir()}
    assert written == {path.stem for path in EXPECTED}
