"""What an agent has said into the line check is deleted, and where it cannot be, the log says so."""

from pathlib import Path

import pytest

from telekit.pbx.freeswitch.outbound.recording import forget


async def test_a_recording_is_deleted_without_a_word(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    said = tmp_path / "echo-1.wav"
    said.write_bytes(b"what was said")
    await forget(str(said))
    assert not said.exists()
    await forget(str(said))  # nothing was recorded, or somebody else has deleted it
    assert not caplog.messages


async def test_what_cannot_be_deleted_is_told_once_a_folder(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("echo-1.wav", "echo-2.wav"):
        (tmp_path / name).mkdir()  # what even root may not unlink
        await forget(str(tmp_path / name))
    (told,) = caplog.messages
    assert f"stays in {tmp_path} on the disk" in told
    assert "(Is a directory)" in told


async def test_a_folder_that_telekit_does_not_see_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    await forget(str(tmp_path / "gone/echo-1.wav"))
    assert "telekit cannot delete it (No such file or directory)" in caplog.text
