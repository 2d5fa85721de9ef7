"""Files as administrators write them for panoramisk run inside telekit, none of them changed.

Each tells what it saw with a UserEvent action, which arrives at the fake Asterisk like everything else that it sends.
"""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from textwrap import dedent

import pytest

from telekit.errors import SettingsError
from telekit.pbx.asterisk.ami import handler_file, hosted
from telekit.pbx.asterisk.ami.backoff import Backoff
from telekit.pbx.asterisk.ami.handlers import Handlers
from telekit.pbx.asterisk.ami.link import Link
from telekit.pbx.asterisk.ami.message import Message
from tests.pbx.asterisk.ami.fake import FakeAsterisk

CREDENTIALS = "host='192.0.2.1', port=5038, username='theirs', secret='other'"


class Folder:
    """A folder of handler files, running beside a link."""

    def __init__(self, path: Path, asterisk: FakeAsterisk, link: Link) -> None:
        self.path = path
        self.asterisk = asterisk
        self.link = link
        self.handlers = Handlers(path, link)

    def write(self, name: str, text: str) -> None:
        (self.path / name).write_text(dedent(text).replace("CREDENTIALS", CREDENTIALS))

    async def start(self) -> None:
        await self.handlers.start()
        await self.link.start()

    def said(self) -> list[str]:
        return [action["What"] for action in self.asterisk.named("UserEvent")]

    async def hears(self, *things: str) -> None:
        await self.asterisk.until(lambda: set(things) <= set(self.said()))


@pytest.fixture
async def folder(tmp_path: Path, asterisk: FakeAsterisk, link: Link) -> AsyncIterator[Folder]:
    threads = threading.active_count()
    folder = Folder(tmp_path, asterisk, link)
    yield folder
    await folder.handlers.stop()
    await link.stop()
    for thread in threading.enumerate():
        if thread.name.endswith(".py"):
            thread.join(5)
    assert threading.active_count() <= threads


LISTENER = """
    import asyncio
    from panoramisk import Manager

    manager = Manager(loop=asyncio.get_event_loop(), CREDENTIALS)

    @manager.register_event('*')
    def callback(manager, message):
        if "FullyBooted" not in message.event:
            manager.send_action({'Action': 'UserEvent', 'UserEvent': 'Saw', 'What': message.Channel})

    def main():
        manager.connect()
        try:
            manager.loop.run_forever()
        except KeyboardInterrupt:
            manager.loop.close()

    if __name__ == '__main__':
        main()
"""


async def test_a_listener_that_runs_its_own_loop_for_ever(folder: Folder) -> None:
    folder.write("listener.py", LISTENER)
    await folder.start()
    folder.asterisk.event("Newchannel", Channel="PJSIP/amina-1")
    await folder.hears("PJSIP/amina-1")
    assert folder.asterisk.connections == 1
    assert "theirs" not in str(folder.asterisk.actions)


async def test_a_file_with_hooks_that_are_set_where_a_script_starts(folder: Folder) -> None:
    folder.write(
        "hooks.py",
        """
        import logging
        from panoramisk import Manager, Message

        manager = Manager(CREDENTIALS, ping_delay=10, ping_interval=10, reconnect_timeout=2)

        def say(mngr, what):
            mngr.send_action({'Action': 'UserEvent', 'UserEvent': 'Saw', 'What': what})

        def on_connect(mngr: Manager):
            say(mngr, 'connected to %s:%s' % (mngr.config['host'], mngr.config['port']))

        def on_login(mngr: Manager):
            say(mngr, 'logged in as ' + mngr.config['username'])

        def on_disconnect(mngr: Manager, exc: Exception):
            global lost
            lost = str(exc)

        lost = ''

        async def on_startup(mngr: Manager):
            mngr.loop.call_soon(logging.info, 'starting')

        async def on_shutdown(mngr: Manager):
            logging.info('shutting down')

        @manager.register_event('*')
        async def ami_callback(mngr: Manager, msg: Message):
            if msg.Event == 'FullyBooted':
                say(mngr, 'booted, before it: ' + lost)

        if __name__ == '__main__':
            logging.basicConfig(level=logging.INFO)
            manager.on_connect = on_connect
            manager.on_login = on_login
            manager.on_disconnect = on_disconnect
            manager.connect(run_forever=True, on_startup=on_startup, on_shutdown=on_shutdown)
        """,
    )
    await folder.start()
    await folder.hears("connected to 192.0.2.1:5038", "logged in as theirs", "booted, before it: ")
    folder.asterisk.cut()
    await folder.hears("booted, before it: Asterisk closed the connection")


async def test_a_script_that_asks_once_and_ends(folder: Folder, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    folder.asterisk.replies["ExtensionState"] = "Message: Extension Status\r\nStatus: 0\r\nStatusText: Idle\r\n"
    folder.write(
        "once.py",
        """
        import asyncio
        from panoramisk import Manager

        async def extension_status():
            manager = Manager(loop=asyncio.get_event_loop(), CREDENTIALS)
            await manager.connect()
            extension = await manager.send_action({'Action': 'ExtensionState', 'Exten': '2001', 'Context': 'default'})
            assert extension.success and extension['statustext'] == extension.StatusText == 'Idle'
            assert extension.nothing == ''
            await manager.send_action({'Action': 'UserEvent', 'UserEvent': 'Saw', 'What': extension.StatusText})
            manager.close()

        def main():
            loop = asyncio.get_event_loop()
            loop.run_until_complete(extension_status())
            loop.close()

        if __name__ == '__main__':
            main()
        """,
    )
    await folder.start()
    await folder.hears("Idle")
    await folder.handlers.files[0].ended
    assert "once.py has run to its end" in caplog.text
    assert folder.link.up


async def test_a_script_under_asyncio_run_that_polls_for_ever(folder: Folder) -> None:
    folder.write(
        "poll.py",
        """
        import asyncio
        from panoramisk import Manager

        async def poll():
            manager = Manager(CREDENTIALS, forgetable_actions=('login',))
            await manager.connect()
            while True:
                pong = await manager.send_action({'Action': 'Ping'})
                await manager.send_action({'Action': 'UserEvent', 'UserEvent': 'Saw', 'What': pong.response})
                await asyncio.sleep(3600)

        asyncio.run(poll())
        """,
    )
    await folder.start()
    await folder.hears("Success")


async def test_a_class_that_keeps_its_manager_and_a_list_answer(folder: Folder) -> None:
    folder.asterisk.replies["CoreShowChannels"] = (
        "Response: Success\r\nActionID: {id}\r\nEventList: start\r\nMessage: Channels will follow\r\n\r\n"
        "Event: CoreShowChannel\r\nActionID: {id}\r\nChannel: PJSIP/amina-1\r\n"
        "ChanVariable: A=1\r\nChanVariable: B=2\r\n\r\n"
        "Event: CoreShowChannelsComplete\r\nActionID: {id}\r\nEventList: Complete\r\nListItems: 1\r\n\r\n"
    )
    folder.write(
        "bridge.py",
        """
        import asyncio
        import panoramisk

        class Bridge:
            def __init__(self, **options):
                self.loop = asyncio.get_event_loop()
                self.manager = panoramisk.Manager(loop=self.loop, **options)
                self.manager.register_event('Bridge*', self.handle_events)

            async def handle_events(self, manager, event):
                response, *channels, end = await manager.send_action({'Action': 'CoreShowChannels'})
                assert response.success and end.ListItems == '1'
                variables = channels[0].getdict('chanvariable')
                manager.send_action({'Action': 'UserEvent', 'UserEvent': 'Saw',
                                     'What': channels[0].channel + ' ' + variables['b']})

            def run(self):
                self.manager.connect()
                try:
                    self.loop.run_forever()
                finally:
                    self.loop.close()

        Bridge(CREDENTIALS).run()
        """,
    )
    await folder.start()
    folder.asterisk.event("BridgeEnter", Channel="PJSIP/amina-1")
    await folder.hears("PJSIP/amina-1 2")


async def test_a_call_manager_that_follows_the_call_it_places(folder: Folder) -> None:
    def answer(action: dict[str, str]) -> None:
        if action["Action"] == "Originate":
            told = {"ActionID": action["ActionID"], "Response": "Success", "Uniqueid": "17.1"}
            asyncio.get_running_loop().call_soon(lambda: folder.asterisk.event("OriginateResponse", **told))
            asyncio.get_running_loop().call_soon(
                lambda: folder.asterisk.event("Hangup", Uniqueid="17.1", Cause="16", Channel="Local/1")
            )

    folder.asterisk.reacts = answer
    folder.asterisk.replies["Originate"] = "Message: Originate successfully queued\r\n"
    folder.write(
        "call.py",
        """
        import asyncio
        from panoramisk.call_manager import CallManager

        async def originate():
            callmanager = CallManager.from_config('config.ini')
            await callmanager.connect()
            call = await callmanager.send_originate({
                'Action': 'Originate', 'Channel': 'Local/1@x', 'Exten': '1', 'Context': 'x', 'Priority': 1})
            while True:
                event = await call.queue.get()
                if event.event.lower() == 'hangup':
                    break
            callmanager.send_action({'Action': 'UserEvent', 'UserEvent': 'Saw', 'What': 'hangup ' + event.cause})
            await asyncio.sleep(3600)

        asyncio.get_event_loop().run_until_complete(originate())
        """,
    )
    await folder.start()
    await folder.hears("hangup 16")
    assert [action["Async"] for action in folder.asterisk.named("Originate")] == ["true"]


async def test_a_file_that_defines_register_and_one_that_only_registers(folder: Folder) -> None:
    folder.write(
        "registers.py",
        """
        def register(manager):
            @manager.register_event('Hangup')
            def callback(manager, event):
                manager.send_action({'Action': 'UserEvent', 'UserEvent': 'Saw', 'What': 'one ' + event['Channel']})
        """,
    )
    folder.write(
        "only.py",
        """
        from panoramisk import Manager

        manager = Manager(CREDENTIALS)

        @manager.register_event('Hangup')
        def callback(manager, event):
            manager.send_action({'Action': 'UserEvent', 'UserEvent': 'Saw', 'What': 'two ' + event['Channel']})
        """,
    )
    await folder.start()
    folder.asterisk.event("Hangup", Channel="a")
    await folder.hears("one a", "two a")


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


async def test_outside_the_files_panoramisk_is_itself(folder: Folder) -> None:
    folder.write("listener.py", LISTENER)
    await folder.start()
    from panoramisk import Manager
    from panoramisk.call_manager import CallManager

    assert Manager.__module__ == "panoramisk.manager"
    assert CallManager.__module__ == "panoramisk.call_manager"


async def test_a_folder_that_is_not_there_is_named(link: Link, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="handlers does not exist"):
        await Handlers(tmp_path / "handlers", link).start()


async def test_telekits_own_subscribers_and_the_files_see_the_same_event(folder: Folder) -> None:
    own: list[Message] = []
    folder.link.subscribe("Hangup", own.append)
    folder.write("listener.py", LISTENER)
    await folder.start()
    folder.asterisk.event("Hangup", Channel="PJSIP/amina-1")
    await folder.hears("PJSIP/amina-1")
    assert [message["Channel"] for message in own] == ["PJSIP/amina-1"]
