"""Handler files that block, fail, fall behind, are changed or ask for what they must not have."""

from datetime import timedelta
from pathlib import Path

import pytest

from telekit.errors import SettingsError
from telekit.pbx.asterisk.ami import handler_file, hosted
from telekit.pbx.asterisk.ami.handlers import Handlers
from telekit.pbx.asterisk.ami.link import Link
from telekit.pbx.backoff import Backoff
from tests.pbx.asterisk.ami.fake import FakeAsterisk
from tests.pbx.asterisk.ami.folder import LISTENER, Folder


async def test_a_handler_that_blocks_holds_up_nobody_else(folder: Folder) -> None:
    folder.write(
        "blocks.py",
        """
        import threading
        from panoramisk import Manager

        manager = Manager(CREDENTIALS)

        @manager.register_event('Hangup')
        def callback(manager, event):
            threading.Event().wait(0.5)      # a slow database
            manager.send_action({'Action': 'UserEvent', 'UserEvent': 'Saw', 'What': 'blocked ' + event.channel})
        """,
    )
    folder.write("listener.py", LISTENER)
    own: list[str] = []
    folder.link.subscribe("Hangup", lambda message: own.append(message["Channel"]))
    await folder.start()
    folder.asterisk.event("Hangup", Channel="a")
    await folder.hears("a")
    assert own == ["a"]
    assert "blocked a" not in folder.said()
    await folder.hears("blocked a")


STUCK = """
    import threading
    from panoramisk import Manager

    manager = Manager(CREDENTIALS)
    go_on = threading.Event()

    @manager.register_event('Hangup')
    def callback(manager, event):
        manager.file.link.stuck = go_on
        manager.send_action({'Action': 'UserEvent', 'UserEvent': 'Saw', 'What': event.channel})
        if event.channel == 'stick':
            go_on.wait(20)
"""


async def test_a_file_that_falls_far_behind_loses_events_and_is_told(
    folder: Folder, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosted, "_MOST_WAITING", 5)
    folder.write("stuck.py", STUCK)
    await folder.start()
    folder.asterisk.event("Hangup", Channel="stick")
    await folder.hears("stick")
    for number in range(8):
        folder.asterisk.event("Hangup", Channel=str(number))
    await folder.link.ask("Ping")  # answered after them
    folder.link.stuck.set()  # type: ignore[attr-defined]
    await folder.hears("4")
    assert folder.said() == ["stick", "0", "1", "2", "3", "4"]
    assert "stuck.py is too slow: 5 events wait for it; 1 were not given to it so far" in caplog.text


async def test_a_burst_reaches_a_file_whole(folder: Folder) -> None:
    folder.write("listener.py", LISTENER)
    await folder.start()
    folder.asterisk.send(b"".join(b"Event: Hangup\r\nChannel: %d\r\n\r\n" % number for number in range(1_000)))
    await folder.hears("999")
    assert folder.said() == [str(number) for number in range(1_000)]


async def test_a_file_that_does_not_stop_gets_no_more_events(
    folder: Folder, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handler_file, "_TIME_TO_STOP", 0.05)
    folder.write("stuck.py", STUCK)
    await folder.start()
    folder.asterisk.event("Hangup", Channel="stick")
    await folder.hears("stick")
    [file] = folder.handlers.files
    await folder.handlers.stop()
    assert "stuck.py does not stop" in caplog.text
    folder.asterisk.event("Hangup", Channel="late")
    await folder.link.ask("Ping")
    assert not file.managers[0]._box
    folder.link.stuck.set()  # type: ignore[attr-defined]
    await file.ended
    assert folder.said() == ["stick"]


async def test_a_file_with_a_mistake_is_told_and_harms_no_other(
    folder: Folder, caplog: pytest.LogCaptureFixture
) -> None:
    folder.write("a_syntax.py", "def callback(:\n")
    folder.write("b_import.py", "import a_module_that_is_not_there\n")
    folder.write("c_exit.py", "import sys\nsys.exit(3)\n")
    folder.write(
        "d_raises.py",
        """
        from panoramisk import Manager
        manager = Manager(CREDENTIALS)

        @manager.register_event('Hangup')
        def callback(manager, event):
            return 1 / 0
        """,
    )
    folder.write("listener.py", LISTENER)
    await folder.start()
    folder.asterisk.event("Hangup", Channel="a")
    folder.asterisk.event("Hangup", Channel="b")
    await folder.hears("a", "b")
    assert "a_syntax.py failed and gets no more events" in caplog.text
    assert "b_import.py failed and gets no more events" in caplog.text
    await folder.handlers.stop()
    assert "callback raised ZeroDivisionError" in caplog.text
    assert folder.asterisk.connections == 1


async def test_a_reload_takes_old_registrations_away(folder: Folder) -> None:
    text = """
        from panoramisk import Manager
        from _words import word
        manager = Manager(CREDENTIALS)

        @manager.register_event('Hangup')
        def callback(manager, event):
            manager.send_action({'Action': 'UserEvent', 'UserEvent': 'Saw', 'What': word + ' ' + event.channel})
        """
    folder.write("_words.py", "word = 'old'\n")
    folder.write("file.py", text)
    await folder.start()
    folder.asterisk.event("Hangup", Channel="1")
    await folder.hears("old 1")
    folder.write("_words.py", "word = 'a new word'\n")
    await folder.handlers.reload()
    folder.asterisk.event("Hangup", Channel="2")
    await folder.hears("a new word 2")
    assert folder.said() == ["old 1", "a new word 2"]


async def test_what_concerns_the_connection_itself_is_not_sent(folder: Folder) -> None:
    folder.write(
        "logs_in.py",
        """
        import asyncio
        from panoramisk.call_manager import CallManager

        async def main():
            manager = CallManager(host='192.0.2.1', ssl=False, encoding='utf8')
            await manager.connect()
            auth = await manager.send_action({'Action': 'login', 'Username': 'theirs', 'Secret': 'other'})
            if auth.response != 'Success':
                raise SystemExit('Failed to login!')
            await manager.send_action({'Action': 'Events', 'EventMask': 'off'})
            await manager.send_action({'Action': 'Logoff'})
            await manager.send_action({'Action': 'UserEvent', 'UserEvent': 'Saw', 'What': 'the end'})

        asyncio.run(main())
        """,
    )
    await folder.start()
    await folder.hears("the end")
    assert not folder.asterisk.named("Logoff") + folder.asterisk.named("Events")
    assert len(folder.asterisk.named("Login")) == 1


async def test_a_control_character_is_refused_in_the_handlers_own_line(folder: Folder) -> None:
    folder.write(
        "unsafe.py",
        """
        from panoramisk import Manager
        manager = Manager(CREDENTIALS)

        @manager.register_event('Hangup')
        def callback(manager, event):
            try:
                manager.send_action({'Action': 'Originate', 'CallerID': 'Eve\\r\\nAction: Command'})
            except ValueError as error:
                manager.send_action({'Action': 'UserEvent', 'UserEvent': 'Saw', 'What': type(error).__name__})
        """,
    )
    await folder.start()
    folder.asterisk.event("Hangup", Channel="a")
    await folder.hears("UnsafeValue")


async def test_an_action_while_the_link_is_down_fails_and_is_not_sent_later(
    asterisk: FakeAsterisk, tmp_path: Path
) -> None:
    slow = Backoff(first=timedelta(seconds=0.5))  # long enough for the handler to try meanwhile
    folder = Folder(tmp_path, asterisk, Link("127.0.0.1", asterisk.port, "telekit", "sesame", backoff=slow))
    folder.write(
        "down.py",
        """
        from panoramisk import Manager
        manager = Manager(CREDENTIALS)
        told = []

        async def try_it(manager):
            try:
                await manager.send_action({'Action': 'Originate', 'Channel': 'Local/1', 'Async': 'true'})
            except Exception as error:
                told.append(str(error))

        def on_disconnect(manager, error):
            manager.loop.create_task(try_it(manager))

        manager.on_disconnect = on_disconnect

        @manager.register_event('Hangup')
        def callback(manager, event):
            manager.send_action({'Action': 'UserEvent', 'UserEvent': 'Saw', 'What': ' / '.join(told)})
        """,
    )
    await folder.start()
    folder.asterisk.cut()
    await folder.asterisk.until(lambda: len(folder.asterisk.named("CoreSettings")) == 2)
    folder.asterisk.event("Hangup", Channel="a")
    await folder.hears("Originate was not sent: the link to Asterisk is down")
    assert not folder.asterisk.named("Originate")
    await folder.handlers.stop()
    await folder.link.stop()


async def test_a_folder_that_is_not_there_is_named(link: Link, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="handlers does not exist"):
        await Handlers(tmp_path / "handlers", link).start()
