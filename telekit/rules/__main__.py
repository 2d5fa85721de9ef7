"""Write the pages that are made from the rules' own descriptions: `python -m telekit.rules docs`."""

import json
import sys
from pathlib import Path

from telekit.rules.json_schema import schema
from telekit.rules.reference import reference


def write_pages(folder: Path) -> None:
    """Write `rules.schema.json` and `reference-rules.md` into a folder."""
    text = json.dumps(schema(), indent=2, ensure_ascii=False)
    (folder / "rules.schema.json").write_text(f"{text}\n", encoding="utf-8")
    (folder / "reference-rules.md").write_text(reference(), encoding="utf-8")


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]))
