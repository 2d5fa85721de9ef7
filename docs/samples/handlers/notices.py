"""Tell a log what agents should know: a handler that hears telekit's own notices."""

import json
import logging

from panoramisk import Manager

manager = Manager()

log = logging.getLogger("notices")


@manager.register_event("TelekitNotice")
def notice(manager, message):
    """Hear of one notice."""
    told = json.loads(message.Told)
    log.info("%s should know: %s", told["name"], told["notice"])


if __name__ == "__main__":
    manager.connect(run_forever=True)
