"""A menu in the fallback."""

from collections.abc import Iterator

from telekit.domain.route import Menu
from telekit.pbx.asterisk.render.destination import destination_lines, way_lines
from telekit.pbx.render import word


def menu_lines(menu: Menu) -> Iterator[str]:
    """Write a menu: one key, so many tries, then what holds for nothing."""
    prompts = "&".join(word.prompt(name) for name in menu.say)
    keys = {word.key(key): f"key{number}" for number, key in enumerate(menu.choices, 1)}
    yield from way_lines()
    yield "Answer()"
    yield "Set(TELEKIT_TRY=1)"
    yield "Set(TELEKIT_SORRY=)"
    yield f"(say)Read(TELEKIT_KEY,${{TELEKIT_SORRY}}{prompts},1,,1,{menu.timeout.total_seconds():g})"
    for key, label in keys.items():
        # Read() takes the hash key for the end of what was entered: then it is empty, but not by time-out.
        pressed = '"${READSTATUS}${TELEKIT_KEY}" = "OK"' if key == "#" else f'"${{TELEKIT_KEY}}" = "{key}"'
        yield f"GotoIf($[{pressed}]?{label})"
    yield "Set(TELEKIT_TRY=$[${TELEKIT_TRY} + 1])"
    yield f"GotoIf($[${{TELEKIT_TRY}} > {menu.tries:d}]?nothing)"
    # Said by Read() itself, so that a caller who knows the way need not hear it out.
    yield f'Set(TELEKIT_SORRY=${{IF($["${{TELEKIT_KEY}}" = ""]?:{word.prompt("menu-invalid")}&)}})'
    yield "Goto(say)"
    for label, destination in zip(keys.values(), menu.choices.values(), strict=True):
        first, *rest = destination_lines(destination)
        yield f"({label}){first}"
        yield from rest
    first, *rest = destination_lines(menu.nothing)
    yield f"(nothing){first}"
    yield from rest
    yield "(lost)Hangup()"
