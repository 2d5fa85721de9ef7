"""Names of agents, skills, queues and the like, and of prompts and music."""

import re
import unicodedata

from telekit.rules.mistake import Mistake

NAME_PATTERN = "[A-Za-z0-9][A-Za-z0-9_.-]{0,63}"
NAME_FORM = "a name such as billing or tier-2"
MUSIC_FORM = "a class of music on hold such as default"
PROMPT_FORM = "a prompt's name such as welcome or custom/welcome"

_NAME = re.compile(NAME_PATTERN)
PROMPT_PATTERN = "[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9][A-Za-z0-9_.-]*)*"
_PROMPT = re.compile(PROMPT_PATTERN)
_LONGEST = 64


def parse_name(text: str) -> str:
    """Read a name; it goes into dialplans, file names and addresses, so it keeps to ASCII."""
    if _NAME.fullmatch(text):
        return str(text)
    if len(text) > _LONGEST:
        raise Mistake(f"a name has at most {_LONGEST} characters, not {len(text)}")
    hint = _plainer(text) or "letters without accents, digits, '-', '_' and '.' make one"
    raise Mistake(f"'{text}' cannot be a name", hint)


def parse_prompt(text: str) -> str:
    """Read the name of a sound file, without its ending; it cannot leave the sounds' folder."""
    if _PROMPT.fullmatch(text):
        return str(text)
    raise Mistake(f"'{text}' is not {PROMPT_FORM}")


def _plainer(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.strip())
    plain = re.sub(r"[\s/]+", "-", letters.encode("ascii", "ignore").decode())
    return f"did you mean '{plain}'?" if _NAME.fullmatch(plain) else ""
