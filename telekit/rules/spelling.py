"""Values as an administrator would write them: for defaults in the schema and in the reference."""

from datetime import timedelta
from enum import StrEnum
from typing import Any

from telekit.rules.document.shape import Document
from telekit.rules.duration import write_duration


def as_written(value: object) -> Any:
    """Give a read value as the YAML that would read so: text, numbers, mappings and lists."""
    if isinstance(value, Document):
        return as_written(value.model_dump(by_alias=True, exclude_unset=True))
    if isinstance(value, dict):
        return {str(key): as_written(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        items = [as_written(item) for item in value]
        return items[0] if len(items) == 1 else items
    if isinstance(value, timedelta):
        return write_duration(value)
    return value.value if isinstance(value, StrEnum) else value


def on_one_line(written: object) -> str:
    """Give such YAML in its flow form."""
    if isinstance(written, dict):
        return "{" + ", ".join(f"{key}: {on_one_line(value)}" for key, value in written.items()) + "}"
    if isinstance(written, list):
        return "[" + ", ".join(on_one_line(item) for item in written) + "]"
    return str(written).lower() if isinstance(written, bool) else str(written)
