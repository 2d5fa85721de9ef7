"""Logging in to the manager interface."""

import hashlib
from datetime import timedelta

from telekit.pbx.asterisk.ami.session import Session
from telekit.pbx.kept_link import RefusedError

OLDEST_ASTERISK = 18
# The protocol's major version goes up with Asterisk's: 7 is Asterisk 18, 11 is Asterisk 22.
# Source: AMI_VERSION in include/asterisk/manager.h of each release.
_ASTERISK_OF_PROTOCOL_0 = 11


async def log_in(session: Session, username: str, secret: str, *, events: str, patience: timedelta) -> str:
    """Log in by challenge, so that the secret itself is never sent; return Asterisk's version.

    Raises `RefusedError` for an Asterisk that is too old or an account that it does not take, `LinkError` when it does
    not answer.
    """
    asterisk = _ASTERISK_OF_PROTOCOL_0 + int((session.version or "0").split(".")[0])
    if asterisk < OLDEST_ASTERISK:
        raise RefusedError(
            f"this Asterisk is too old for telekit: it is Asterisk {asterisk} or older (manager interface "
            f"{session.version}), and telekit needs Asterisk {OLDEST_ASTERISK} or newer; upgrade Asterisk"
        )
    challenge = await session.request([("Action", "Challenge"), ("AuthType", "MD5")], timeout=patience)
    if not challenge.ok or not challenge.response.get("Challenge"):
        raise RefusedError(f"Asterisk offers no login by challenge: {challenge.text or 'it gave no reason'}")
    # What Asterisk asks for; it keeps the secret off the wire and is no stronger than MD5 is.
    key = hashlib.md5((challenge.response["Challenge"] + secret).encode(), usedforsecurity=False).hexdigest()
    answer = await session.request(
        [("Action", "Login"), ("AuthType", "MD5"), ("Username", username), ("Key", key), ("Events", events)],
        timeout=patience,
    )
    if not answer.ok:
        raise RefusedError(
            f"Asterisk refused the manager account {username!r} ({answer.text or 'no reason given'}); in manager.conf "
            f"check the section [{username}]: its secret, that permit= allows this machine, and that "
            f"'manager reload' was run since"
        )
    # Not every account may ask; the protocol's version says enough then.
    core = await session.request([("Action", "CoreSettings")], timeout=patience)
    return core.response.get("AsteriskVersion") or str(asterisk)
