"""Files as administrators write them for panoramisk run inside telekit, none of them changed.

Each tells what it saw with a UserEvent action, which arrives at the fake Asterisk like everything else that it sends.
"""

import asyncio
import logging

import pytest

from telekit.pbx.asterisk.ami.message import Message
from tests.pbx.asterisk.ami.folder import LISTENER, Folder


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


async def test_outside_the_files_panoramisk_is_itself(folder: Folder) -> None:
    folder.write("listener.py", LISTENER)
    await folder.start()
    from panoramisk import Manager
    from panoramisk.call_manager import CallManager

    assert Manager.__module__ == "panoramisk.manager"
    assert CallManager.__module__ == "panoramisk.call_manager"


async def test_telekits_own_subscribers_and_the_files_see_the_same_event(folder: Folder) -> None:
    own: list[Message] = []
    folder.link.subscribe("Hangup", own.append)
    folder.write("listener.py", LISTENER)
    await folder.start()
    folder.asterisk.event("Hangup", Channel="PJSIP/amina-1")
    await folder.hears("PJSIP/amina-1")
    assert [message["Channel"] for message in own] == ["PJSIP/amina-1"]
