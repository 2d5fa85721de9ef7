"""Take mutmut's trampolines away once the mutant is known: through them the laws would run some three times slower.

Source: mutmut 3.8, mutation/trampoline.py: beside each function stands a dictionary of its mutants and its original,
and in its place a wrapper that chooses among them at each call.
"""

import sys
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType

PREFIX, SUFFIX, ORIGINAL = "mutants_", "__mutmut", "_mutmut_orig"
CLASS = "ǁ"
Forms = dict[str, Callable[..., object]]


def take_away(package: str, mutant: str) -> None:
    """Put the mutant, and of every other function of the package the original, where the wrappers stand."""
    modules = [module for name, module in sys.modules.items() if name.partition(".")[0] in (package, "tests")]
    wrapped: dict[object, Callable[..., object]] = {}
    for module in modules:
        within, _, name = mutant.rpartition(".")
        for place, forms in _forms(module):
            chosen = forms.get(name, forms[ORIGINAL]) if module.__name__ == within else forms[ORIGINAL]
            if CLASS in place:
                _, holder, method = place.split(CLASS)
                if isinstance(vars(getattr(module, holder))[method], FunctionType):
                    setattr(getattr(module, holder), method, chosen)
            else:
                wrapped[getattr(module, place.removeprefix("x_"))] = chosen
    for module in modules:
        for name, value in list(vars(module).items()):
            if isinstance(value, FunctionType) and value in wrapped:
                setattr(module, name, wrapped[value])
            elif hasattr(value, "cache_clear"):
                value.cache_clear()  # what the original has answered before the fork


def _forms(module: ModuleType) -> Iterator[tuple[str, Forms]]:
    for name, value in list(vars(module).items()):
        if name.startswith(PREFIX) and name.endswith(SUFFIX) and isinstance(value, dict) and ORIGINAL in value:
            yield name.removeprefix(PREFIX).removesuffix(SUFFIX), value
