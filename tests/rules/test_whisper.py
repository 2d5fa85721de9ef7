"""What queues whisper to their agents."""

from pathlib import Path

from telekit.domain.names import QueueName
from telekit.domain.whisper import Whisper
from telekit.rules import load


def test_a_whisper_names_prompts_and_the_wait(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(
        "queues: {a: {whisper: {say: [custom/a, welcome], wait: true}}, b: {whisper: {name: true}}, c: {}}\n"
    )
    queues = load(file).queues
    assert queues[QueueName("a")].whisper == Whisper(("custom/a", "welcome"), wait=True)
    assert queues[QueueName("b")].whisper == Whisper((), name=True)
    assert queues[QueueName("c")].whisper is None
