"""A menu in the fallback."""

from telekit.domain.route import Menu
from telekit.pbx.freeswitch.render.destination import START, one_more, steps_to, stop
from telekit.pbx.freeswitch.render.element import action, at, element, extension, go, prompt, said
from telekit.pbx.freeswitch.render.options import Options
from telekit.pbx.render import word
from telekit.pbx.render.context import menu_context

KEY = "telekit_key"
NO_KEY = "none"
"""Of the keys that end what is entered: each one is a choice."""
CHOSEN = "chosen"


def render_menu(menu: Menu, options: Options) -> str:
    """Write a menu: one key, so many tries, then what holds for nothing."""
    context = menu_context(menu.name)
    keys = "".join(word.key(key) for key in menu.choices)
    milliseconds = int(menu.timeout.total_seconds() * 1000)
    files = f"{said(options.sounds, menu.say)} {prompt(options.sounds, 'menu-invalid')}"
    ask = f"1 1 {menu.tries:d} {milliseconds} {NO_KEY} {files} {KEY} [{keys}]"
    asking = (
        one_more(),
        action("unset", KEY),
        action("answer"),
        action("play_and_get_digits", ask),
        go(CHOSEN, context),
    )
    choices = [
        extension(
            f"key {key}",
            at(CHOSEN),
            element("condition", *steps_to(where, options), field=f"${{{KEY}}}", expression=f"^[{word.key(key)}]$"),
        )
        for key, where in menu.choices.items()
    ]
    nothing = extension("nothing", at(CHOSEN, *steps_to(menu.nothing, options)))
    return element("context", stop(), extension("ask", at(START, *asking)), *choices, nothing, name=context)
