"""What every caller's script needs to know of its FreeSWITCH."""

from dataclasses import dataclass

from telekit.pbx import word
from telekit.pbx.whereabouts import Between, here


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Names and places of one installation."""

    sounds: str
    """The folder on the switch's machine that has a folder of prompts for each language."""
    domain: str
    """The domain of its directory under which agents' phones register."""
    recordings: str
    """The folder for callers' messages."""
    gateway: str | None = None
    """The sofia gateway that leads to the public network."""
    number: str | None = None
    """A number of the company's that is shown outside."""
    between: Between = here
    """The gateways to another switch, by phone."""

    def prompt(self, language: str, name: str) -> str:
        """Give the file of a prompt in a language; raises `UnsafeValue` for what cannot be a prompt."""
        return f"{self.sounds}/{word.prompt(language)}/{word.prompt(name)}.wav"
