"""How pydantic reads one value of the rules from text, and what the JSON Schema says of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema
from pydantic_core.core_schema import ValidationInfo

from telekit.rules.declared import Declared, Kind
from telekit.rules.mistake import Mistake
from telekit.rules.name import NAME_PATTERN

Json = dict[str, Any]


def kind_of(node: object) -> str:
    """Name the shape of a node in a complaint."""
    if isinstance(node, dict | list):
        return "a mapping" if isinstance(node, dict) else "a list"
    return f"'{node}'" if node else "nothing"


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """What is written as one scalar."""

    form: str
    """What is expected, with an example: `a duration such as 20s`."""
    schema: Mapping[str, Any]

    def text_of(self, node: object) -> str:
        """Give the text of a node; raise `Mistake` when there is none."""
        if not isinstance(node, str):
            raise Mistake(f"expected {self.form}, not {kind_of(node)}")
        if not node:
            raise Mistake(f"a value is missing: {self.form}")
        return node

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> Json:
        return dict(self.schema)


@dataclass(frozen=True, slots=True, eq=False)
class Written(Form):
    """A scalar that tells its value by itself."""

    parse: Callable[[str], Any]

    def read(self, node: object) -> Any:
        """Read a node; raise `Mistake` when it is not of this form."""
        return self.parse(self.text_of(node))

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)


@dataclass(frozen=True, slots=True, eq=False)
class Resolved(Form):
    """A scalar that can be read only with the names that the rules declare."""

    resolve: Callable[[str, Declared], Any]

    def read(self, node: object, info: ValidationInfo) -> Any:
        """Read a node; raise `Mistake` when it is not of this form, or names what nothing declares."""
        declared = info.context
        assert isinstance(declared, Declared)  # noqa: S101  (whoever reads a document gives its context)
        return self.resolve(self.text_of(node), declared)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self.read)


@dataclass(frozen=True, slots=True, eq=False)
class OneOrMany:
    """A list of values, of which one alone may stand without brackets."""

    form: str
    unique: bool = False

    def read(self, node: object) -> object:
        """Make a list of a node."""
        if isinstance(node, str):
            if not node:
                raise Mistake(f"a value is missing: {self.form}")
            return [node]
        if not isinstance(node, list):
            raise Mistake(f"expected {self.form}, or a list of such, not {kind_of(node)}")
        if not node:
            raise Mistake(f"the list is empty: {self.form}")
        if self.unique:
            for index, item in enumerate(node):
                if isinstance(item, str) and item in node[:index]:
                    raise Mistake(f"'{item}' is in this list twice", at=(index,))
        return node

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.read, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> Json:
        many = handler(schema)
        unique = {"uniqueItems": True} if self.unique else {}
        return {"anyOf": [many["items"], {"type": "array", "items": many["items"], "minItems": 1, **unique}]}


def refers(kind: Kind) -> Resolved:
    """Make the form of a name that something in the rules declares."""
    pattern = {"type": ["string", "integer"], "pattern": f"^{NAME_PATTERN}$"}
    return Resolved(f"the name of {a(kind)}", pattern, lambda text, declared: declared.resolve(kind, text))


def a(noun: str) -> str:
    """Put the article before a noun."""
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"
