"""One file to write."""

from dataclasses import dataclass

PUBLIC = 0o644
SECRET = 0o600

NOTICE = "; Written by `telekit render asterisk` from the rules: it is written anew, so change the rules instead.\n"


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """A file's text, and who may read it: a secret one belongs to the user as which Asterisk runs."""

    text: str
    mode: int = PUBLIC
