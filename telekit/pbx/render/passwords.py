"""The passwords of phones and of telekit's own accounts, kept from one rendering to the next."""

import os
import re
import secrets
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from telekit.errors import SettingsError, in_words

BITS = 192
_PASSWORD = re.compile(r"[A-Za-z0-9._~-]{16,128}")


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the files hold that nobody else may read."""

    account: str = field(repr=False)
    """Of the account as which telekit comes to the switch."""
    passwords: Mapping[str, str] = field(repr=False)
    """From an endpoint's name to its password."""
    calls: str | None = field(default=None, repr=False)
    """Of the account that makes calls; None where telekit makes none."""


def new_password() -> str:
    """Make a password that nobody guesses and every phone can be given."""
    return secrets.token_urlsafe(BITS // 8)


class PasswordFile:
    """The passwords of the phones in a YAML file that its owner alone can read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def passwords_of(self, endpoints: Iterable[str]) -> Mapping[str, str]:
        """Give each endpoint's password; those that have none get a new one, which is kept.

        The password of a phone that the rules no longer name is kept too, for the day it comes back.
        Raises `SettingsError` when the file cannot be read, holds something else or cannot be written.
        """
        wanted = sorted(set(endpoints))
        known = self._read()
        new = {endpoint: new_password() for endpoint in wanted if endpoint not in known}
        if new:
            self._write(dict(sorted((known | new).items())))
        return {endpoint: known.get(endpoint) or new[endpoint] for endpoint in wanted}

    def _read(self) -> dict[str, str]:
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise SettingsError(f"The phones' passwords in {self.path} cannot be read ({in_words(error)}).") from error
        except UnicodeDecodeError as error:
            raise SettingsError(f"What is in {self.path} is not text any more: restore the file.") from error
        try:
            # BaseLoader keeps every password as the text it is: 1e5 and 0123 stay what they are.
            found = yaml.load(text, Loader=yaml.BaseLoader) or {}  # noqa: S506  (it makes text, lists and mappings only)
        except yaml.YAMLError as error:
            raise SettingsError(
                f"The phones' passwords in {self.path} are not YAML any more: restore the file."
            ) from error
        if not isinstance(found, dict):
            raise SettingsError(f"{self.path} is to hold one line `phone: password` for each phone.")
        for endpoint, password in found.items():
            if not isinstance(password, str) or not _PASSWORD.fullmatch(password):
                raise SettingsError(
                    f"The password of {endpoint} in {self.path} has other than 16 to 128 letters, digits and . _ ~ -: "
                    "remove the line, and a good one is made."
                )
        return found

    def _write(self, passwords: Mapping[str, str]) -> None:
        """Put the whole file in place at once: a crash leaves the old one or the new one."""
        text = (
            "# The passwords of the agents' phones. Keep this file: a phone whose line is gone gets a new password.\n"
        )
        text += yaml.safe_dump(dict(passwords), default_flow_style=False)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # mkstemp makes a file that its owner alone can read.
            handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name}.")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(text)
                    file.flush()
                    os.fsync(file.fileno())
                Path(name).replace(self.path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise SettingsError(f"The phones' passwords cannot be kept in {self.path} ({in_words(error)}).") from error
