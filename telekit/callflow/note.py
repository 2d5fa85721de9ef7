"""The note of a call's place on the caller's own leg, so that the place outlives telekit."""

from collections.abc import Mapping

from telekit.domain.place import VARIABLE, Place
from telekit.pbx.port import Call


class Note:
    """Know what stands on the leg, so that nothing is written twice."""

    def __init__(self, call: Call, text: str = "") -> None:
        self._call = call
        self._text = text

    async def write(self, place: Place | None) -> None:
        """Let this place stand there, or none."""
        text = "" if place is None else str(place)
        if text != self._text:
            await self._call.set(VARIABLE, text)
            self._text = text

    def beside(self, place: Place) -> Mapping[str, str] | None:
        """Give what is to be written beside something else; None when it stands there already."""
        text = str(place)
        return {VARIABLE: text} if text != self._text else None

    def stands(self, place: Place) -> None:
        """Take in that it was written."""
        self._text = str(place)
