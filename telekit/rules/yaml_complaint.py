"""A YAML parser's complaint, told as a person would.

Source: the messages of libyaml 0.2.5 (scanner.c, parser.c) and of PyYAML's scanner.py and parser.py, which differ
in a few words.
"""

import re
from typing import Any

import yaml

from telekit.rules.diagnostic import Diagnostic
from telekit.rules.source import Source

_QUOTE = "put the value in quotes"
_OWN_MEANING = "has a meaning of its own in YAML"

_AT_CONTEXT: tuple[tuple[str, str, str, str], ...] = (
    # The parser's context, its problem; what to say of the place where the context began, what to write instead.
    ("quoted scalar", "end of stream|document (indicator|separator)", "this quote is never closed", ""),
    ("simple key", "expected ':'", "a ':' is missing after this", "if it is text, check the indentation"),
    ("scanning an? (alias|anchor)", "", f"a '*' or '&' {_OWN_MEANING}", "put it in quotes"),
    ("tag|directive", "", f"a '!' or '%' {_OWN_MEANING}", _QUOTE),
)
_AT_PROBLEM: tuple[tuple[str, str, str, str], ...] = (
    # The same, told of the place where the parser stopped; {line} is where its context began.
    ("", "tab character", "a tab cannot indent YAML", "use spaces"),
    ("", "could not find expected ':'", "a ':' is missing before this place", ""),
    (
        "block (mapping|collection)",
        "",
        "this does not line up with what starts at line {line}",
        "check the indentation",
    ),
    ("", "sequence entries", "a list item cannot start here", "begin it on a line of its own"),
    ("", "mapping keys", f"a '?' {_OWN_MEANING}", _QUOTE),
    ("block scalar", "", f"a '|' or '>' {_OWN_MEANING}", _QUOTE),
    ("", "directive|incompatible", f"a '%' {_OWN_MEANING}", _QUOTE),
    ("", "node content", "a value is missing here", ""),
    ("", "<document start>", "the rules ended before this place", "check indentation and brackets"),
    ("", "':'", "this ':' cannot stand here", _QUOTE),
    ("", "", "the YAML cannot be read from here on", "check the indentation, quotes and brackets just above"),
)


def complaint_of(error: yaml.MarkedYAMLError, source: Source) -> Diagnostic:
    """Give the diagnostic for what the parser could not read."""
    context, problem = error.context or "", error.problem or ""
    began, stopped = error.context_mark, error.problem_mark or error.context_mark
    if "cannot start any token" in problem:
        return _of_character(source, stopped)
    if re.search("escape|hex", problem):
        return _of_backslash(source, stopped)
    if "mapping values are not allowed" in problem:
        return _of_colon(source, stopped)
    if "parsing a block" in context and _before(source, stopped).strip(" -"):
        return _complain(source, stopped, "nothing may follow here", "check the quotes and brackets of this line")
    if context.startswith("while parsing a flow") and "expected ','" in problem:
        return _of_bracket(source, began, stopped)
    for table, mark, other in ((_AT_CONTEXT, began, stopped), (_AT_PROBLEM, stopped, began)):
        for in_context, in_problem, message, hint in table:
            if mark and re.search(in_context, context) and re.search(in_problem, problem):
                return _complain(source, mark, message.format(line=other.line + 1 if other else 0), hint)
    raise error


def _of_character(source: Source, mark: Any) -> Diagnostic:
    """Complain of a character with which no value starts."""
    character = source.line(mark.line + 1)[mark.column : mark.column + 1]
    if character == "\t":
        return _complain(source, mark, "a tab cannot indent YAML", "use spaces")
    return _complain(source, mark, f"a value cannot start with '{character}'", _QUOTE)


def _of_backslash(source: Source, mark: Any) -> Diagnostic:
    """Complain of an escape that double quotes do not know."""
    index = source.line(mark.line + 1).rfind("\\", 0, mark.column + 1)
    message = "this backslash means nothing here"
    return source.complain(mark.line + 1, max(index, 0) + 1, message, "use single quotes, or write \\\\")


def _of_colon(source: Source, mark: Any) -> Diagnostic:
    """Complain of a colon after which YAML expects no value: what is wrong is mostly the line above."""
    if ":" in _before(source, mark):
        return _complain(source, mark, "this ':' cannot stand here", _QUOTE)
    number = mark.line
    while number > 0 and not source.line(number).partition("#")[0].strip():
        number -= 1
    above = source.line(number).rstrip()
    indent = len(above) - len(above.lstrip())
    if above and ": " not in above and not above.endswith(":"):
        return source.complain(number, indent + 1, "a ':' with a space after it is missing on this line")
    own = len(_before(source, mark)) - len(_before(source, mark).lstrip())
    return source.complain(
        mark.line + 1, own + 1, "this does not line up with the lines above", "check the indentation and the quotes"
    )


def _of_bracket(source: Source, began: Any, stopped: Any) -> Diagnostic:
    """Complain of a bracket or a brace that is not closed where it should be."""
    opened = source.line(began.line + 1)[began.column]
    closing = "]" if opened == "[" else "}"
    if began.line == stopped.line:
        return _complain(source, stopped, f"a ',' or a '{closing}' is missing before this place", "")
    message = f"this '{opened}' is never closed, or a ',' is missing before line {stopped.line + 1}"
    return _complain(source, began, message, "")


def _before(source: Source, mark: Any) -> str:
    return source.line(mark.line + 1)[: mark.column]


def _complain(source: Source, mark: Any, message: str, hint: str) -> Diagnostic:
    return source.complain(mark.line + 1, mark.column + 1, message, hint)
