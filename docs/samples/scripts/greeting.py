#!/usr/bin/env python3
"""An AGI script as it was written for pyst2, years ago: it runs in telekit as it is."""

import sys

from asterisk.agi import AGI


def main() -> None:
    """Greet by the caller's language."""
    agi = AGI()
    agi.verbose(f"call from {agi.env['agi_callerid']}")
    agi.answer()
    key = agi.get_data("custom/press-1-for-english", 3000, 1)
    agi.set_variable("CHANNEL(language)", "en" if key == "1" else "fr")
    sys.exit(0)


if __name__ == "__main__":
    main()
