"""What was recorded of somebody and is to be kept for nobody."""

import asyncio
import logging
from functools import cache
from pathlib import Path

from telekit.errors import in_words

log = logging.getLogger(__name__)


async def forget(path: str) -> None:
    """Delete a recording; where that cannot be done, say so once a folder.

    telekit does it by itself: FreeSWITCH deletes nothing for a client that may not run programs on it.
    """
    await asyncio.to_thread(_delete, Path(path))


def _delete(path: Path) -> None:
    try:
        path.unlink()
    except FileNotFoundError as error:
        if not path.parent.exists():  # FreeSWITCH has it, or nothing would have been recorded
            _tell_undeletable(path.parent, in_words(error))
    except OSError as error:
        _tell_undeletable(path.parent, in_words(error))


@cache
def _tell_undeletable(folder: Path, why: str) -> None:
    log.warning(
        "what agents say into *79 stays in %s on the disk: telekit cannot delete it (%s); give its user that right, as "
        "docs/freeswitch.md says, and delete echo-*.wav there",
        folder,
        why,
    )
