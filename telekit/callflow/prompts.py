"""The prompts that telekit's own scripts play; every one is shipped or part of the switch's own sounds."""

PLEASE_WAIT = "telekit/please-wait"
LEAVE_MESSAGE = "telekit/leave-message"
MESSAGE_SAVED = "telekit/message-saved"
MENU_INVALID = "telekit/menu-invalid"
NOT_AN_AGENT = "telekit/not-an-agent"
LOGGED_IN = "telekit/logged-in"
LOGGED_OUT = "telekit/logged-out"
PAUSED = "telekit/paused"
RESUMED = "telekit/resumed"
WRAP_UP_ENDED = "telekit/wrap-up-ended"
YOUR_SHIFT = "telekit/your-shift"
UNTIL = "telekit/until"
NO_SHIFT_TODAY = "telekit/no-shift-today"
GOODBYE = "telekit/goodbye"
FAULT = "telekit/fault"
BEEP = "beep"


def prompt_named(name: str) -> str:
    """Find the prompt that a rule names: `closed` is telekit's own, `custom/hello` is the administrator's."""
    return name if "/" in name else f"telekit/{name}"
