"""One action of a panoramisk handler: how it is sent, and how its answer is given back.

On a connection of its own a handler may wait half a minute for a synchronous Originate. Asterisk answers nothing else
and sends no event on that connection meanwhile, and telekit's link must never fall silent, so every Originate goes
out asynchronous and its answer is made to look as it was asked for.
Source: Asterisk main/manager.c, action_originate runs in the session's own thread.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from telekit.pbx.asterisk.ami.message import EOL, Message
from telekit.pbx.asterisk.ami.request import Answer

_ORIGINATE_RINGS = timedelta(seconds=30)
"""Source: Asterisk main/manager.c, action_originate, `to`."""
_AGI_COMMAND_LASTS = timedelta(hours=1)
_TRUE = frozenset({"yes", "true", "y", "t", "1", "on"})
"""Source: Asterisk main/utils.c, ast_true."""


@dataclass(frozen=True, slots=True)
class Errand:
    """An action ready to be sent."""

    headers: tuple[tuple[str, str], ...]
    timeout: timedelta
    as_list: bool | None = None
    follow: str | None = None
    """The event that ends an asynchronous action."""
    made_asynchronous: bool = False

    def settle(self, answer: Answer) -> Answer:
        """Return the answer in the form that the handler asked for."""
        if not self.made_asynchronous or not answer.items:
            return answer
        done = answer.items[-1].get("Response") == "Success"
        told = [
            f"Response: {'Success' if done else 'Error'}",
            f"ActionID: {answer.response.get('ActionID', '')}",
            f"Message: {'Originate successfully queued' if done else 'Originate failed'}",
        ]
        return Answer(Message(EOL.join(told)))


def errand_of(headers: Iterable[tuple[str, str]], as_list: bool | None, patience: timedelta) -> Errand:
    """Decide how an action is sent; `patience` is the time for its first answer."""
    headers = tuple(headers)
    values = {name.lower(): value for name, value in headers}
    errand = Errand(headers, patience, as_list)
    match values.get("action", "").lower():
        case "originate":
            ring = values.get("timeout", "")
            rings = timedelta(milliseconds=int(ring)) if ring.isdecimal() else _ORIGINATE_RINGS
            if values.get("async", "").lower() in _TRUE:
                if as_list is False:
                    return errand
                return replace(errand, follow="OriginateResponse", timeout=patience + rings)
            kept = tuple((name, value) for name, value in headers if name.lower() != "async")
            return Errand(
                (*kept, ("Async", "true")),
                patience + rings,
                follow="OriginateResponse",
                made_asynchronous=True,
            )
        case "agi" if "commandid" in values and as_list is not False:
            return replace(errand, follow="AsyncAGIExec", timeout=_AGI_COMMAND_LASTS)
    return errand
