"""Why survivors survive: what of them changes nothing that anybody could see, and what no test is sharp enough for."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """Why no test killed a mutant."""

    why: str
    harmless: bool


@dataclass(frozen=True)
class Rule:
    """Survivors that live for one reason: those of some file and function whose two sides look so."""

    file: str
    function: str
    was: str
    because: Reason


PROVEN = Reason("the type checker proves that this case never comes", harmless=True)
SERIAL = Reason("a running number: only its order counts", harmless=True)
SAME_BITS = Reason("the same agents, counted in another way", harmless=True)
ON_IMPORT = Reason("runs once, on import, before the mutant is put in place: not judged", harmless=False)
OPEN = Reason("not killed yet", harmless=False)

RULES = (
    Rule("", "", r"assert_never", PROVEN),
    Rule("acd/alarms.py", "", r"self\._rung", SERIAL),
    Rule("acd/crowd.py", "", r"", SAME_BITS),
    Rule("acd/estimate.py", "_shuffled_rows", r"", ON_IMPORT),
)


def reason(file: str, function: str, was: str) -> Reason:
    """Say why a mutant lives."""
    for rule in RULES:
        if rule.file in file and rule.function in function and re.search(rule.was, was):
            return rule.because
    return OPEN
