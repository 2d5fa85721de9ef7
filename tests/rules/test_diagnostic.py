"""A complaint is shown with its place, its line and a caret."""

from telekit.rules import Diagnostic


def _shown(excerpt: str, column: int) -> list[str]:
    return str(Diagnostic("rules.yaml", 5, column, "queues.billing", "is wrong", "", excerpt)).split("\n")


def test_it_reads_as_the_language_page_shows_it() -> None:
    complaint = Diagnostic(
        "rules/queues.yaml",
        5,
        7,
        "queues.billing",
        "unknown key 'require'",
        "did you mean 'requires'?",
        "      require: {french: 5}",
    )
    assert str(complaint) == (
        "rules/queues.yaml:5:7: queues.billing: unknown key 'require'; did you mean 'requires'?\n"
        "      require: {french: 5}\n"
        "      ^"
    )


def test_the_caret_stands_below_its_character_also_after_wide_and_combined_ones() -> None:
    assert _shown("name: 日本 x", 10)[2] == " " * 11 + "^"
    assert _shown("name: e\u0301 x", 10)[2] == " " * 8 + "^"
    assert _shown("a:\tx", 4)[1:] == ["a: x", "   ^"]


def test_of_a_long_line_the_part_around_the_caret_is_shown() -> None:
    excerpt = "x" * 500 + "!" + "y" * 500
    _, line, caret = _shown(excerpt, 501)
    assert len(line) <= 160
    assert line[len(caret) - 1] == "!"


def test_nothing_in_a_file_steers_the_terminal() -> None:
    complaint = Diagnostic("rules.yaml", 1, 1, "", "unknown key '\x1b[31m\u202e'", "", "\x1b[31m\u202e: 1")
    assert "\x1b" not in str(complaint)
    assert "\u202e" not in str(complaint)


def test_a_complaint_about_a_whole_file_has_no_line() -> None:
    assert str(Diagnostic("rules", 0, 0, "", "holds no rule file")) == "rules: holds no rule file"
