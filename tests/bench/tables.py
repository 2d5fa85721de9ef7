"""Tables of a page in Markdown."""

from collections.abc import Iterable


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """Write the lines of a table: words in its first column, figures in the others."""
    heads = list(heads)
    lines = [heads, ["---", *(["---:"] * (len(heads) - 1))], *map(list, rows)]
    return [f"| {' | '.join(cells)} |" for cells in lines]
