"""An agent tries out the line, by a code."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from telekit.callflow import prompts
from telekit.callflow.line_check import advice
from telekit.domain.line_check import Finding
from tests.lab.desk_phone import DeskPhone
from tests.lab.phones import Phone
from tests.lab.rtp import Rtp
from tests.lab.service import A_SECOND_OF_WAV, PATIENCE, SOUNDS, Service, comes
from tests.scenarios.rules import only

A_MINUTE = 60.0


class Muted(Rtp):
    """A phone whose microphone is off: it sends silence."""

    def __init__(self, hertz: int) -> None:
        super().__init__(hertz)
        self._voice = bytes([0xD5]) * len(self._voice)


class Mute(DeskPhone):
    sound = Muted


def recordings(kit: Service) -> list[Path]:
    return list(kit.messages.rglob("*.wav"))


async def forgotten(kit: Service) -> None:
    """Wait until nothing is kept of what was said."""
    await comes(lambda: not recordings(kit) or None, PATIENCE, lambda: f"{recordings(kit)} are kept")


def spoken(heard: Sequence[str]) -> float:
    """Give how many seconds it takes to hear these prompts out."""
    return sum((SOUNDS / "en" / f"{prompt}.wav").stat().st_size for prompt in heard) / A_SECOND_OF_WAV


async def checked(kit: Service) -> dict[str, Any]:
    """Give what was written down of the line; whoever dialled the code has heard it all within a minute."""
    check = await kit.fact("line-checked", agent="amina", within=40)
    told = dict(check.details)
    dialled = next(line for line in kit.facts("phone") if line.details["engaged"])
    heard = advice(map(Finding, told["findings"].split(", "))) if told["findings"] else [prompts.CHECK_FINE]
    assert check.at - dialled.at + spoken(heard) < A_MINUTE
    return told


async def test_a_line_on_which_all_is_well_but_that_is_not_encrypted(installed) -> None:
    kit = await installed()
    async with kit.phone("amina", 1) as amina:
        await amina.dial("*79")
        await kit.plays("telekit/check-heard", within=40)
        assert len(recordings(kit)) == 1
        await amina.press("1")
        told = await checked(kit)
        assert told["findings"] == "not-encrypted", told
        assert (told["registered"], told["spoke"], told["hears"], told["of"]) == (True, True, True, "sound")
        assert max(told["loss_in"], told["loss_out"]) < 0.01  # a busy machine may drop a packet
        await kit.plays("telekit/check-not-encrypted")
        await forgotten(kit)


async def test_an_encrypted_line_is_fine(installed) -> None:
    kit = await installed(only("amina"), rendered=True)
    phone = Phone(kit.outside(), "amina", kit.password("amina"), address="127.0.0.11", tls=True)
    async with phone as amina:
        await amina.dial("*79")
        await kit.plays("telekit/check-heard", within=40)
        await amina.press("1")
        told = await checked(kit)
        assert (told["signals_encrypted"], told["sound_encrypted"], told["findings"]) == (True, True, ""), told
        await kit.plays("telekit/check-fine")
        code, printed = await kit.telekit("lines")
        amina_told, luc_told = printed.splitlines()[1:3]
        assert (code, luc_told.split()) == (0, ["luc", "never"])
        assert amina_told.endswith("yes        all is fine")


async def test_a_microphone_that_is_off_is_noticed_and_nothing_is_played_back(installed) -> None:
    kit = await installed()
    async with Mute(kit.switch, "amina", "amina-password", address="127.0.0.11") as amina:
        await amina.dial("*79")
        await kit.plays("telekit/check-hears", within=40)
        assert not kit.played_back()
        told = await checked(kit)
        assert (told["spoke"], told["hears"]) == (False, None)
        assert "no-sound-in, unconfirmed" in told["findings"]


async def test_who_hangs_up_meanwhile_leaves_no_recording(installed) -> None:
    kit = await installed()
    async with DeskPhone(kit.switch, "amina", "amina-password", address="127.0.0.11") as amina:
        dialog = await amina.dial("*79")
        await kit.plays("telekit/check-heard", within=40)
        assert len(recordings(kit)) == 1
        await amina.hang_up_on(dialog)
        assert (await checked(kit))["hears"] is None
        await forgotten(kit)
