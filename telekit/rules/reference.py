"""The reference of the rules, as Markdown, made from the documents' own descriptions so that it cannot drift."""

import types
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from telekit.rules.document.agent import AgentDocument
from telekit.rules.document.announce import AnnounceDocument, ComfortDocument
from telekit.rules.document.callback import CallbackDocument
from telekit.rules.document.destination import DestinationDocument, TreatmentDocument
from telekit.rules.document.exception import AgentExceptionDocument, QueueExceptionDocument
from telekit.rules.document.lookup import LookupDocument
from telekit.rules.document.menu import MenuDocument
from telekit.rules.document.pause import PausesDocument
from telekit.rules.document.preference import PreferenceDocument
from telekit.rules.document.queue import (
    ConsequenceDocument,
    MissedDocument,
    NoAgentDocument,
    OverflowDocument,
    QueueDocument,
    StepDocument,
)
from telekit.rules.document.route import NumbersDocument, NumbersFile, RouteDocument, WhenDocument
from telekit.rules.document.rules import RulesDocument
from telekit.rules.document.shape import Document
from telekit.rules.document.whisper import WhisperDocument
from telekit.rules.form import Form, OneOrMany
from telekit.rules.form_path import keys_of
from telekit.rules.spelling import as_written, on_one_line

_CHAPTERS: tuple[tuple[str, type[Document]], ...] = (
    ("Sections", RulesDocument),
    ("An agent", AgentDocument),
    ("An exception of an agent", AgentExceptionDocument),
    ("An exception of a queue", QueueExceptionDocument),
    ("A queue", QueueDocument),
    ("A step of a queue", StepDocument),
    ("Announcements", AnnounceDocument),
    ("Comfort", ComfortDocument),
    ("An overflow of a queue", OverflowDocument),
    ("A callback", CallbackDocument),
    ("Missed offers", MissedDocument),
    ("A consequence", ConsequenceDocument),
    ("A treatment", TreatmentDocument),
    ("A treatment where nobody is there", NoAgentDocument),
    ("A destination", DestinationDocument),
    ("A list in a file", NumbersFile),
    ("A lookup", LookupDocument),
    ("A route", RouteDocument),
    ("A preference", PreferenceDocument),
    ("When a route applies", WhenDocument),
    ("A test on a number", NumbersDocument),
    ("A menu", MenuDocument),
    ("Reasons for a pause", PausesDocument),
    ("A whisper", WhisperDocument),
)
Titles = Mapping[type[Document], str]
_TITLES: Titles = {document: title for title, document in _CHAPTERS}

_OPENING = """\
# Reference of the rules

This page is made from the rules' own descriptions (`python -m telekit.rules docs`); edit those, not this.

Rules are YAML files in one folder. Sections may be spread over any number of files; a name declared twice is a
mistake that shows both places. Files that end in `.test.yaml` are not rules. Every value stays the text that you
typed: `22:00`, `no`, `0123` and `+33199001234` need no quotes. Anchors, aliases, tags and merge keys are not used.

## How values are written

| Value | Written | Notes |
|---|---|---|
| a name | `amina`, `tier-2` | ASCII letters, digits, `-`, `_` and `.`; at most 64 |
| a duration | `20s`, `5m`, `1h30m` | hours, minutes, seconds, in this order |
| a date | `2026-12-24` | |
| a span | `07:00-13:00`, `22:00-06:00` | an end up to the start is on the next day; `24:00` may end a day |
| weekly hours | `mon-fri 07:00-13:00`, `mon,wed 09:00-12:00`, `sat 09:00-13:00 every 2 weeks from 2026-11-28` \
| days are `mon tue wed thu fri sat sun`; `fri-mon` runs over Sunday; weeks start on Monday, and that of the date is \
the first |
| a number | `+33199001234`, `100` | E.164, or digits alone as the switch gives them |
| a prompt | `welcome`, `custom/hello` | telekit's own, or a sound of yours in a folder |
"""


def reference() -> str:
    """Write the whole page."""
    return "\n".join([_OPENING, *(_chapter(title, document, _TITLES) for title, document in _CHAPTERS)])


def chapters(titled: Sequence[tuple[str, type[Document]]]) -> str:
    """Write chapters of other documents, each below its title."""
    titles = {document: title for title, document in titled}
    return "\n".join(_chapter(title, document, titles) for title, document in titled)


def _chapter(title: str, document: type[Document], titles: Titles) -> str:
    rows = [_row(key, field, titles) for key, field in keys_of(document).items()]
    head = "| Key | Meaning | Form | Default | Example |\n|---|---|---|---|---|"
    return "\n".join([f"## {title}\n", f"{document.__doc__}\n", head, *rows, ""])


def _row(key: str, field: FieldInfo, titles: Titles) -> str:
    written = key if key.isalnum() or "_" in key or "-" in key else f'"{key}"'
    examples = "<br>".join(f"`{written}: {example}`" for example in field.examples or ())
    form = " or ".join(dict.fromkeys(_forms(Annotated[field.annotation, *field.metadata, None], titles)))
    cells = [f"`{key}`", field.description or "", form, _default(field), examples]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    written = as_written(field.default)
    return "" if written in (None, [], {}) else f"`{on_one_line(written)}`"


def _forms(annotation: Any, titles: Titles) -> Iterator[str]:
    """Say in words how a value is written; a document is a link to its chapter."""
    if get_origin(annotation) is Annotated:
        inner, *marks = get_args(annotation)
        own = [mark for mark in marks if isinstance(mark, Form | OneOrMany)]
        many = ", or a list of such" if own and isinstance(own[0], OneOrMany) else ""
        yield from [f"{own[0].form}{many}"] if own else _forms(inner, titles)
    elif get_origin(annotation) in (Union, types.UnionType):
        branches = get_args(annotation)
        told = {document.form for document in map(_document_in, branches) if document}
        yield from (form for branch in branches for form in _forms(branch, titles) if form not in told)
    elif get_origin(annotation) is dict:
        keys, values = (" or ".join(_forms(part, titles)) for part in get_args(annotation))
        yield f"a mapping from {keys} to {values}"
    elif get_origin(annotation) is tuple:
        yield f"a list, each {' or '.join(_forms(get_args(annotation)[0], titles))}"
    elif isinstance(annotation, type) and issubclass(annotation, Document):
        title = titles[annotation]
        yield f"[{title[0].lower()}{title[1:]}](#{title.lower().replace(' ', '-')})"


def _document_in(annotation: Any) -> type[Document] | None:
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return annotation if isinstance(annotation, type) and issubclass(annotation, Document) else None
