"""What the page on editors tells to write into which file."""

from tests.docs.page import DOCS, Page


def told(file: str) -> str:
    """Give the block that the page shows for a file."""
    (block,) = (block for block in Page(DOCS / "editors.md").blocks if block.mark == file)
    return block.text
