"""A YAML parser's complaint, told as a person would.

Source: the messages of libyaml 0.2.5 (scanner.c, parser.c) and of PyYAML's scanner.py and parser.py, which differ
in a few words.
"""

import re
from typing import Any

import yaml

from telekit.rules.diagnostic import Diagnostic
from telekit.rules.source import Source

_AT_PROBLEM, _AT_CONTEXT = False, True

_SENTENCES: tuple[tuple[str, str, bool, str, str], ...] = (
    # context, problem, where the caret goes, what to say, what to write instead
    ("quoted scalar", "end of stream|document (indicator|separator)", _AT_CONTEXT, "this quote is never closed", ""),
    ("double-quoted|quoted scalar", "escape|hexadecimal", _AT_PROBLEM,
     "this backslash means nothing here", "use single quotes, or write \\\\"),
    ("", "tab character|'\\\\t'", _AT_PROBLEM, "a tab cannot indent YAML", "use spaces"),
    ("flow sequence", ",", _AT_CONTEXT, "this '[' is never closed, or a comma is missing before line {problem}", ""),
    ("flow mapping", ",", _AT_CONTEXT, "this '{{' is never closed, or a comma is missing before line {problem}", ""),
    ("", "mapping values are not allowed", _AT_PROBLEM,
     "this ':' cannot stand here", "put the value in quotes, or check the indentation"),
    ("simple key", "could not find expected ':'", _AT_CONTEXT,
     "a ':' is missing after this key", "or, if it is text, check the indentation"),
    ("", "could not find expected ':'", _AT_PROBLEM, "a ':' is missing before this place", ""),
    ("block mapping", "expected key|<block end>", _AT_PROBLEM,
     "this does not line up with the mapping that starts at line {context}", "check the indentation and the quotes"),
    ("block collection", "expected '-'|<block end>", _AT_PROBLEM,
     "this does not line up with the list that starts at line {context}", "check the indentation"),
    ("", "block sequence entries are not allowed", _AT_PROBLEM,
     "a list item cannot start here", "begin it on a line of its own"),
    ("", "mapping keys are not allowed", _AT_PROBLEM, "a '?' cannot start here", "put the value in quotes"),
    ("scanning an? (alias|anchor)", "", _AT_CONTEXT,
     "a plain '*' or '&' has a meaning of its own in YAML", "put it in quotes"),
    ("", "cannot start any token", _AT_PROBLEM, "a value cannot start with this character", "put it in quotes"),
    ("block scalar", "", _AT_PROBLEM, "a '|' or '>' starts a text block here", "put the value in quotes"),
    ("tag|directive", "", _AT_CONTEXT, "a '!' or '%' has a meaning of its own in YAML", "put the value in quotes"),
    ("", "directive|incompatible", _AT_PROBLEM, "a '%' has a meaning of its own in YAML", "put the value in quotes"),
    ("", "node content", _AT_PROBLEM, "a value is missing here", ""),
    ("", "<document start>", _AT_PROBLEM, "the rules ended before this place", "check indentation and brackets"),
    ("plain scalar", "':'", _AT_PROBLEM, "this ':' cannot stand here", "put the value in quotes"),
)  # fmt: skip


def complaint_of(error: yaml.MarkedYAMLError, source: Source) -> Diagnostic:
    """Give the diagnostic for what the parser could not read."""
    context, problem = error.context or "", error.problem or ""
    for in_context, in_problem, at_context, message, hint in _SENTENCES:
        if re.search(in_context, context) and re.search(in_problem, problem):
            mark = (error.context_mark if at_context else None) or error.problem_mark or error.context_mark
            lines = {"context": _line(error.context_mark), "problem": _line(error.problem_mark)}
            return _complain(source, mark, message.format(**lines), hint)
    mark = error.problem_mark or error.context_mark
    return _complain(
        source, mark, "the YAML cannot be read from here on", "check the indentation, quotes and brackets just above"
    )


def _complain(source: Source, mark: Any, message: str, hint: str) -> Diagnostic:
    return source.complain(mark.line + 1, mark.column + 1, message, hint)


def _line(mark: Any) -> int:
    return mark.line + 1 if mark else 0
