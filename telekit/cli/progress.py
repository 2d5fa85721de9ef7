"""A progress bar on the terminal, for what takes longer than a moment."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress(total: float, what: str) -> Iterator[Callable[[int], None]]:
    """Show how far things are, on standard error where that is a terminal; give what is told of more."""
    if not sys.stderr.isatty():
        yield lambda more: None
        return
    from rich.console import Console  # here, since who looks on is rare and it takes a tenth of a second
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn(what), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False) as bar:
        task = bar.add_task("", total=round(total))

        def told(more: int) -> None:
            bar.update(task, advance=more, refresh=True)

        yield told
