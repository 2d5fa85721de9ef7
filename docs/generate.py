"""Write what is made in these pages: `python docs/generate.py`.

That is the whole of settings.md, from the settings' own descriptions, the end of rule-tests.md, the table of lints, and
in every page what the commands print that stand in a block of the kind `console` below a comment `run in FOLDER`, and
the table of what is shown on FreeSWITCH too.
"""

import ast
import os
import re
import runpy
import shlex
import subprocess
import sys
import types
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network, IPv6Network
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from telekit.rules.document.shape import Document
from telekit.rules.lints.name import LINTS
from telekit.rules.reference import chapters
from telekit.ruletests.document import CallDocument, ExpectDocument, StepDocument, TestDocument, TestsDocument
from telekit.settings import SecretSource, Settings

DOCS = Path(__file__).parent
SETTINGS = DOCS / "settings.md"
RULE_TESTS = DOCS / "rule-tests.md"
REFERENCE = "<!-- below: made by docs/generate.py from the tests' own descriptions -->"
RULE_TEST_CHAPTERS: tuple[tuple[str, type[Document]], ...] = (
    ("A file of tests", TestsDocument),
    ("A test", TestDocument),
    ("A call", CallDocument),
    ("An expectation", ExpectDocument),
    ("A step of a test", StepDocument),
)
CONSOLE = re.compile(r"(?<=<!-- run in )(?P<folder>\S+)( -->\n```console\n)(?P<block>.*?)(?=```\n)", re.DOTALL)
TODAY = "2026-11-23"
"""The day on which `telekit check` judges what these pages show, so that they stay as they are."""
LINT_TABLE = re.compile(r"(?<=<!-- every lint -->\n).*?(?=<!-- that is all -->)", re.DOTALL)
SHOWN_TABLE = re.compile(r"(?<=<!-- every scenario -->\n).*?(?=<!-- that is all -->)", re.DOTALL)
SCENARIOS = DOCS.parent / "tests/scenarios"

OPENING = """\
# Settings

This page is made from the settings' own descriptions (`python docs/generate.py`); edit those, not this.

`telekit.yaml` tells telekit where it lives: folders, ports, secrets. Who is called and when stands in the
[rules](rules.md). Every setting has a default, so the file may be as short as this:

```yaml
asterisk:
  secret: file:ami.secret
  trunk: carrier
```

Where no switch is named, it sits beside an Asterisk with all of `asterisk`'s defaults. Beside a FreeSWITCH:

```yaml
freeswitch:
  domain: pbx.example.org
  secret: file:esl.secret
  gateway: carrier
```

- **Which file**: `telekit.yaml` in the working directory, else the one that `--settings` or `TELEKIT_SETTINGS` names.
- **Paths** are relative to the file, or absolute. Those marked *on the switch* are Asterisk's business: absolute.
- **A change** needs a restart of `telekit serve`; one of `phones` or `asterisk.trunk` also `telekit render asterisk`.
- **Secrets** never stand in the file. It says where they are: `env:NAME` is an environment variable, `file:PATH` a file
  with one line.
- **A mistake** is told with file, line and column, and telekit does not start.
"""

HEAD = "| Key | Meaning | Form | Default |\n|---|---|---|---|"

WORDS: tuple[tuple[Any, str], ...] = (
    (bool, "`true` or `false`"),
    (int, "a whole number"),
    (Path, "a path"),
    (PurePosixPath, "a path on the switch"),
    (str, "text"),
)


def settings_page() -> str:
    """Write the reference of the settings."""
    fields = Settings.model_fields
    chapters = [OPENING, "## At the top\n", _table(fields), *_sections(fields)]
    return "\n".join(chapters)


def _sections(fields: dict[str, FieldInfo], above: str = "") -> Iterator[str]:
    for key, field in fields.items():
        if (model := _model(field)) is not None:
            yield from (f"## `{above}{key}`\n", f"{model.__doc__}\n", _table(model.model_fields))
            yield from _sections(model.model_fields, f"{above}{key}.")


def _table(fields: dict[str, FieldInfo]) -> str:
    return "\n".join([HEAD, *(_row(key, field) for key, field in fields.items() if _model(field) is None), ""])


def _row(key: str, field: FieldInfo) -> str:
    form = " or ".join(dict.fromkeys(_forms(Annotated[field.annotation, *field.metadata, None])))
    cells = [f"`{key}`", field.description or "", form, _default(field)]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _default(field: FieldInfo) -> str:
    match field.default:
        case None:
            return ""
        case value if value is PydanticUndefined:
            return "must be given"
        case bool(value):
            return f"`{str(value).lower()}`"
        case tuple(values):
            return f"`[{', '.join(map(str, values))}]`"
        case value:
            return f"`{value}`"


def _forms(annotation: Any) -> Iterator[str]:
    """Say in words how a value is written."""
    if get_origin(annotation) is Annotated:
        inner, *marks = get_args(annotation)
        if set(marks) >= set(get_args(SecretSource)[1:]):
            yield "`env:NAME` or `file:PATH`"
            return
        least, most = (_bound(marks, name) for name in ("ge", "le"))
        yield from [f"{least} to {most}"] if most is not None else _forms(inner)
    elif get_origin(annotation) in (Union, types.UnionType):
        for branch in get_args(annotation):
            if branch is not types.NoneType:
                yield from _forms(branch)
    elif get_origin(annotation) is Literal:
        yield " or ".join(f"`{value}`" for value in get_args(annotation))
    elif get_origin(annotation) is dict:
        yield f"a mapping from names to {' or '.join(_forms(get_args(annotation)[1]))}"
    elif get_origin(annotation) is tuple:
        yield f"a list, each {' or '.join(dict.fromkeys(_forms(get_args(annotation)[0])))}"
    elif annotation in (IPv4Network, IPv6Network):
        yield "a network such as `192.0.2.0/24`"
    elif annotation is IPv4Address:
        yield "an address such as `192.0.2.7`"
    else:
        yield next(word for kind, word in WORDS if annotation is kind)


def _bound(marks: list[Any], name: str) -> Any:
    for mark in marks:
        for each in getattr(mark, "metadata", [mark]):
            if getattr(each, name, None) is not None:
                return getattr(each, name)
    return None


def _model(field: FieldInfo) -> type[BaseModel] | None:
    kinds = (field.annotation, *get_args(field.annotation))
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)


def with_output(page: str) -> str:
    """Fill in what the commands of a page print today."""

    def fill(found: re.Match[str]) -> str:
        commands = [line for line in found["block"].splitlines() if line.startswith("$ ")]
        told = "".join(f"{command}\n{_printed(command, DOCS.parent / found['folder'])}" for command in commands)
        return f"{found['folder']}{found[2]}{told}"

    return SHOWN_TABLE.sub(shown_table(), LINT_TABLE.sub(lint_table(), CONSOLE.sub(fill, page)))


def shown_table() -> str:
    """Write the table of all scenarios, each with the switches on which it runs."""
    alone: dict[str, str] = runpy.run_path(str(SCENARIOS / "either.py"))["ASTERISK_ALONE"]
    rows = [_shown(file, alone) for file in sorted(SCENARIOS.glob("test_*.py")) if file.stem != "test_either"]
    return "\n".join(["| What is shown | On FreeSWITCH too |", "|---|---|", *rows, ""])


def _shown(file: Path, alone: Mapping[str, str]) -> str:
    """Write a scenario's row; of single tests that do not run there it has the names."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    what = (ast.get_docstring(tree) or "").partition("\n")[0].rstrip(".;:,")
    if file.stem in alone:
        also = f"no: {alone[file.stem]}"
    else:
        tests = [node.name for node in tree.body if isinstance(node, ast.AsyncFunctionDef) and node.name in alone]
        but = "; ".join(f"*{name.removeprefix('test_').replace('_', ' ')}*: {alone[name]}" for name in tests)
        also = f"yes, but for {but}" if but else "yes"
    return f"| [{what}](../tests/scenarios/{file.name}) | {also} |"


def lint_table() -> str:
    """Write the table of all lints, each with its page."""
    told = {name: f"{lint.summary}{', mended by `--fix`' if lint.mended else ''}" for name, lint in LINTS.items()}
    rows = [f"| [{name}](lints/{name}.md) | {lint.severity} | {told[name]} |" for name, lint in LINTS.items()]
    return "\n".join(["| Lint | Severity | Tells of |", "|---|---|---|", *rows, ""])


def _printed(command: str, folder: Path) -> str:
    words = shlex.split(command.removeprefix("$ "))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TELEKIT_")}
    environment["TELEKIT_AT"] = TODAY
    done = subprocess.run(  # noqa: S603  (the commands are this project's own)
        [sys.executable, "-m", *words],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout


def rule_tests_page() -> str:
    """Write the reference of the rule tests below what the page says by itself."""
    told, mark, _ = RULE_TESTS.read_text(encoding="utf-8").partition(REFERENCE)
    return f"{told}{mark}\n\n{chapters(RULE_TEST_CHAPTERS)}"


if __name__ == "__main__":
    SETTINGS.write_text(settings_page(), encoding="utf-8")
    RULE_TESTS.write_text(rule_tests_page(), encoding="utf-8")
    for path in (DOCS.parent / "README.md", *sorted(DOCS.glob("*.md"))):
        path.write_text(with_output(path.read_text(encoding="utf-8")), encoding="utf-8")
