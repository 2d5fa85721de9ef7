"""A folder of handler files beside a link, for tests."""

from pathlib import Path
from textwrap import dedent

from telekit.pbx.asterisk.ami.handlers import Handlers
from telekit.pbx.asterisk.ami.link import Link
from tests.pbx.asterisk.ami.fake import FakeAsterisk

CREDENTIALS = "host='192.0.2.1', port=5038, username='theirs', secret='other'"

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
