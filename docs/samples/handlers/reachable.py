"""Tell a log when a phone comes and goes: a handler as one writes it for panoramisk, with its own connection."""

import logging

from panoramisk import Manager

manager = Manager(host="127.0.0.1", port=5038, username="monitor", secret="hidden")  # noqa: S106  (telekit has its own)

log = logging.getLogger("reachable")


@manager.register_event("ContactStatus")
def contact(manager, message):
    """Hear of one phone."""
    log.info("%s is %s", message.AOR, message.ContactStatus)


if __name__ == "__main__":
    manager.connect(run_forever=True)
