"""FreeSWITCH's XML, as text: elements of one line, and what may stand in them.

FreeSWITCH reads its files line by line before they are XML: it drops lines that hold `<include>` or `<?`, expands
`$${…}` and runs what calls itself a pre-processor. Source: FreeSWITCH src/switch_xml.c, preprocess, expand_vars.
"""

import re
from collections.abc import Iterable

from telekit.errors import UnsafeValue
from telekit.pbx.render import word

NOTICE = (
    "<!-- Written by telekit render freeswitch from the rules: it is written anew, so change the rules instead. -->"
)
NOTHING = "<!-- -->"
HERE = "${dialplan}"
"""Whatever dialplan a call is in."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SECRET = re.compile(r"[!-~]{1,128}")
_PREPROCESS = re.compile("(x)-(pre-process)", re.IGNORECASE)


def element(tag: str, *content: str, **attributes: str) -> str:
    """Write an element; without content on one line, with it one line for each of the content's."""
    head = "".join([tag, *(f' {name.replace("_", "-")}="{_escaped(value)}"' for name, value in attributes.items())])
    if not content:
        return f"<{head}/>"
    lines = [f"  {line}" for each in content for line in each.splitlines()]
    return "\n".join([f"<{head}>", *lines, f"</{tag}>"])


def action(application: str, data: str = "", *, inline: bool = False) -> str:
    """Write a step of the dialplan."""
    more = {"data": data} if data else {}
    return element("action", application=application, **more, **({"inline": "true"} if inline else {}))


def go(label: str, context: str, dialplan: str = HERE) -> str:
    """Write a jump to a label, which is an extension of a context."""
    return action("transfer", f"{label} {dialplan} {context}")


def do(label: str, context: str) -> str:
    """Write a jump that comes back."""
    return action("execute_extension", f"{label} ${{dialplan}} {context}")


def extension(name: str, *conditions: str, goes_on: bool = False) -> str:
    """Write an extension."""
    return element("extension", *conditions, name=name, **({"continue": "true"} if goes_on else {}))


def label(name: str, *actions: str) -> str:
    """Write an extension that is one label with its steps."""
    return extension(name, at(name, *actions))


def at(name: str, *actions: str) -> str:
    """Write the condition that the call has come to a label."""
    return element("condition", *actions, field="destination_number", expression=f"^{re.escape(name)}$")


def param(name: str, value: str) -> str:
    """Write a setting."""
    return element("param", name=name, value=value)


def variable(name: str, value: str) -> str:
    """Write a variable of a user's."""
    return element("variable", name=name, value=value)


def included(parts: Iterable[str]) -> str:
    """Write a whole file that another includes."""
    return "\n".join(["<include>", NOTICE, *parts, "</include>"]) + "\n"


def secret(text: str) -> str:
    """Let a secret through that the event socket reads back: printable ASCII without spaces."""
    if not _SECRET.fullmatch(text):
        raise UnsafeValue("A secret for FreeSWITCH has 1 to 128 printable ASCII characters, no space among them.")
    return text


def prompt(sounds: str, name: str) -> str:
    """Give the file of a prompt, in the language of the call."""
    return f"{sounds}/${{default_language}}/{word.prompt(name)}.wav"


def said(sounds: str, names: Iterable[str]) -> str:
    """Give the argument that plays prompts one after the other."""
    files = [prompt(sounds, name) for name in names]
    return files[0] if len(files) == 1 else f"file_string://{'!'.join(files)}"


def _escaped(text: str) -> str:
    if _CONTROL.search(text):
        raise UnsafeValue(f"{text!r} cannot stand in FreeSWITCH's files.")
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return _PREPROCESS.sub(r"\1&#45;\2", plain.replace("$${", "&#36;&#36;{"))
