"""So many of a kind, as a person reads it."""


def counted(count: int, one: str, several: str | None = None) -> str:
    """Write `1 call`, `2 calls`; `several` is for what is more than an s."""
    return f"{count} {one if count == 1 else several or f'{one}s'}"
