"""The JSON Schema of a rule file, for editors to complete and explain every key.

An editor's YAML parser makes numbers and truth values of some texts (`0123`, `+33199001234`, `100`), so the schema
accepts those where the rules keep text. What it cannot say (names that resolve, steps in order), `check` says.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue
from pydantic_core import CoreSchema

from telekit.rules.document.rules import RulesDocument
from telekit.rules.document.shape import Document
from telekit.rules.source import Source
from telekit.rules.spelling import as_written
from telekit.rules.tree import Node, Text, read_tree

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
_TRUTH = {"true": True, "false": False}


def schema(document: type[BaseModel] = RulesDocument, title: str = "telekit rules") -> dict[str, Any]:
    """Make the schema of a document, of JSON Schema's draft 2020-12."""
    made = document.model_json_schema(by_alias=True, schema_generator=_Generator)
    made["title"] = title
    for section in made["properties"].values():
        if section.get("type") in ("object", "array"):
            section["type"] = [section["type"], "null"]
    _speak_to_editors(made)
    return {"$schema": DIALECT, **made}


def loosened(made: Any) -> Any:
    """Let a free text be what an editor takes for a number, such as a telephone number."""
    if isinstance(made, list):
        return [loosened(item) for item in made]
    if not isinstance(made, dict):
        return made
    free = made.get("type") == "string" and "enum" not in made and "const" not in made
    return {key: loosened(value) for key, value in made.items()} | ({"type": ["string", "integer"]} if free else {})


def _speak_to_editors(made: dict[str, Any]) -> None:
    """Call each form by its name, and let a key that takes several forms be explained by its own words.

    Source: yaml-language-server, services/yamlHover.ts and yamlCompletion.ts: a title heads what is shown, and names a
    form that is offered whole; of several descriptions, that of the form that a value has comes before that of the key.
    """
    definitions = made.get("$defs", {})
    for document in _documents(Document):
        name, says_what, _ = getattr(document, "form", "").partition(" such as ")
        if says_what and document.__name__ in definitions:
            definitions[document.__name__]["title"] = name.rstrip(",")
    for name in _alternatives(made):
        definitions[name].pop("description", None)


def _documents(document: type[Document]) -> Iterator[type[Document]]:
    for inner in document.__subclasses__():
        yield inner
        yield from _documents(inner)


def _alternatives(made: Any) -> Iterator[str]:
    """Give the names of the forms that stand beside others for one value."""
    if isinstance(made, dict):
        for branch in (*made.get("anyOf", ()), *made.get("oneOf", ())):
            if "$ref" in branch:
                yield branch["$ref"].rpartition("/")[2]
    for inner in made.values() if isinstance(made, dict) else made if isinstance(made, list) else ():
        yield from _alternatives(inner)


class _Generator(GenerateJsonSchema):
    """Pydantic's generator, with defaults and examples as an administrator would write them."""

    def generate(self, schema: CoreSchema, mode: JsonSchemaMode = "validation") -> JsonSchemaValue:
        made: JsonSchemaValue = _tidy(super().generate(schema, mode))
        return made

    def encode_default(self, dft: Any) -> Any:
        return super().encode_default(as_written(dft))


def _tidy(made: Any) -> Any:
    """Leave out what says nothing to a reader, close what patterns leave open, and read examples as YAML."""
    if isinstance(made, list):
        return [_tidy(item) for item in made]
    if not isinstance(made, dict):
        return made
    tidied = {key: _tidy(value) for key, value in made.items() if not (key == "title" and isinstance(value, str))}
    if tidied.get("default", 0) in (None, [], {}):
        del tidied["default"]
    if "patternProperties" in tidied:
        tidied["additionalProperties"] = False
    branches = [branch for branch in tidied.get("anyOf", ()) if branch != {"type": "null"}]
    if len(branches) < len(tidied.get("anyOf", ())):
        del tidied["anyOf"]
        tidied |= branches[0] if len(branches) == 1 else {"anyOf": branches}
    if "examples" in tidied:
        tidied["examples"] = [_example(text) for text in tidied["examples"]]
    return tidied


def _example(text: str) -> Any:
    top, _ = read_tree(Source("", f"example: {text}", Path()))
    return _as_an_editor_sees(top[Text("example")]) if top else text


def _as_an_editor_sees(node: Node) -> Any:
    if isinstance(node, Text):
        if _NUMBER.fullmatch(node):
            return float(node) if "." in node else int(node)
        return _TRUTH.get(node, str(node))
    if isinstance(node, dict):
        return {str(key): _as_an_editor_sees(value) for key, value in node.items()}
    return [_as_an_editor_sees(item) for item in node]
