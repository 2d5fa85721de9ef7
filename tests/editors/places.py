"""Every place of a JSON Schema at which a mapping may stand, as somebody would come to write it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

ITEM = "-"
"""A step into a list."""
NAME = "some"
"""A name that the administrator chooses."""


@dataclass(frozen=True)
class Place:
    """A mapping with known keys."""

    way: tuple[str, ...]
    """Keys from the top, `ITEM` for an item of a list."""
    keys: dict[str, Json]

    def __str__(self) -> str:
        return ".".join(self.way) or "top"

    def written(self, *lines: str) -> str:
        """Write the way down to the place in YAML, and these lines there."""
        text, indent, dash = "", 0, ""
        for step in self.way:
            if step == ITEM:
                dash += "- "
                continue
            text += f"{' ' * indent}{dash}{quoted(step)}:\n"
            indent += 2 + len(dash)
            dash = ""
        first, *others = lines
        rest = "".join(f"{' ' * (indent + len(dash))}{line}\n" for line in others)
        return f"{text}{' ' * indent}{dash}{first}\n{rest}"


def quoted(key: str) -> str:
    """Write a key, in quotes where YAML would take it for something else, as completion writes it."""
    return key if key[0].isalpha() else f'"{key}"'


def places(schema: Json) -> Iterator[Place]:
    """Give every place, each as often as ways lead to it."""
    yield from _below(schema, (), schema["$defs"])


def _below(schema: Json, way: tuple[str, ...], definitions: Json) -> Iterator[Place]:
    if "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    for branch in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from _below(branch, way, definitions)
    if "properties" in schema:
        yield Place(way, schema["properties"])
        for key, inner in schema["properties"].items():
            yield from _below(inner, (*way, key), definitions)
    if isinstance(schema.get("items"), dict):
        yield from _below(schema["items"], (*way, ITEM), definitions)
    named = [*schema.get("patternProperties", {}).values(), schema.get("additionalProperties")]
    for inner in named:
        if isinstance(inner, dict):
            yield from _below(inner, (*way, NAME), definitions)
