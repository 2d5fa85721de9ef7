"""What the documents have in common."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict

from telekit.rules.declared import Declared
from telekit.rules.mistake import Mistake


class Document(BaseModel):
    """A mapping with known keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    form: ClassVar[str]
    """What is expected, with an example, for a complaint."""

    @classmethod
    def written(cls, node: object) -> Self:
        """Make a document of what an administrator would write, for a default; it names nothing that is declared."""
        return cls.model_validate(node, context=Declared())


def mark_shape(node: object) -> str:
    """Tell pydantic which branch of a union reads a node: the one for a mapping, or the other."""
    return "<mapping>" if isinstance(node, dict) else "<text>"


def one_of(*keys: str, and_of: tuple[str, ...] = (), needs: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Say in the JSON Schema that exactly one of these keys is written, and which other key needs which.

    Of the keys in `and_of`, too, exactly one is.
    """
    choice: dict[str, Any] = {"oneOf": [{"required": [key]} for key in keys]}
    if and_of:
        choice = {"allOf": [choice, {"oneOf": [{"required": [key]} for key in and_of]}]}
    return choice | ({"dependentRequired": {key: [other] for key, other in needs.items()}} if needs else {})


DIGITS: dict[str, Any] = {"patternProperties": {"^[0-9]$": {}}}
"""Says in the JSON Schema that a key may be a digit: an editor's YAML parser makes a number of it, not a text.

Source: yaml-language-server, parser/schemaValidation/baseValidator.ts, which finds no such key among `properties`.
"""


def exactly_one(document: Document, *keys: str) -> None:
    """Raise `Mistake` unless exactly one of these keys was written."""
    written = [key for key in keys if {key, f"{key}_"} & document.model_fields_set]
    if len(written) == 1:
        return
    if not written:
        raise Mistake(f"one of {', '.join(keys[:-1])} or {keys[-1]} is missing")
    raise Mistake(f"{' and '.join(written)} exclude each other", "write one of them", at=(written[1],))
