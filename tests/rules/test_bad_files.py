"""Every mistake in a rule file is answered with the exact complaint that stands beside it in `bad/`.

`bad/NAME.yaml`, or the files of the folder `bad/NAME/`, give `bad/NAME.txt`.
"""

from pathlib import Path

import pytest

from telekit import rules
from telekit.rules import tree

BAD = Path(__file__).parent / "bad"
EXPECTED = sorted(BAD.glob("*.txt"))


def _rules_beside(expected: Path) -> Path:
    folder = expected.with_suffix("")
    return folder if folder.is_dir() else expected.with_suffix(".yaml")


@pytest.mark.parametrize("events", [tree.EVENTS, tree.PureEvents], ids=["libyaml", "pure"])
@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: path.stem)
def test_a_mistake_is_answered_with_its_complaint(
    expected: Path, events: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree, "EVENTS", events)
    monkeypatch.chdir(BAD)
    complaints = rules.check(_rules_beside(expected).relative_to(BAD))
    assert "".join(f"{complaint}\n" for complaint in complaints) == expected.read_text()


def test_no_bad_file_stands_without_its_complaint() -> None:
    written = {path.stem for path in BAD.iterdir() if path.suffix == ".yaml" or path.is_dir()}
    assert written == {path.stem for path in EXPECTED}


def test_rules_with_mistakes_make_no_plan_but_carry_every_complaint() -> None:
    with pytest.raises(rules.BadRules) as caught:
        rules.load(BAD / "several-mistakes-in-one-agent.yaml")
    assert [complaint.line for complaint in caught.value.diagnostics] == [4, 5, 5, 6, 7]
    assert str(caught.value).endswith("did you mean 'sip:amina'? (and 4 more mistakes)")
