"""What the page on CI tells to write into which file."""

from tests.docs.page import DOCS, Page

ADDRESS = "https://git.example/telekit"
"""Where the page takes telekit from."""


def told(file: str) -> str:
    """Give the block that the page shows for a file."""
    (block,) = (block for block in Page(DOCS / "ci.md").blocks if block.mark == file)
    return block.text
