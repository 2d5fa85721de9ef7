"""A mistake found while reading one value, before its place in a file is known."""


class Mistake(ValueError):  # noqa: N818  (it reads as what it is)
    """Say what is wrong with one value; whoever knows its place makes a diagnostic of it."""

    def __init__(self, message: str, hint: str = "", *, offset: int = 0, at: tuple[str | int, ...] = ()) -> None:
        """Take the sentence, what to write instead, and where in the value: `offset` characters in, or `at` a child."""
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.offset = offset
        self.at = at

    def moved(self, offset: int) -> "Mistake":
        """Give the same mistake as seen from a text in which the value stands `offset` characters in."""
        return Mistake(self.message, self.hint, offset=self.offset + offset, at=self.at)


class Mistakes(ValueError):  # noqa: N818
    """Carry several mistakes found in one value."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__(mistakes[0].message)
        self.mistakes = tuple(mistakes)
