"""One FastAGI server under measurement: `python -m tests.bench.fastagi_subjects SUBJECT LOOP`.

Every subject does the same: read the environment, set a variable, get one, hang up. The port is printed first; on
SIGTERM the processor seconds that serving took.
"""

import asyncio
import gc
import resource
import signal
import sys
from collections.abc import Awaitable, Callable

COMMANDS = ('SET VARIABLE "AGENT" "PJSIP/amina"', 'GET VARIABLE "SKILL"', "HANGUP")


async def bare() -> int:
    """Serve with asyncio's own streams and no more code than the exchange needs."""

    async def call(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        block = await reader.readuntil(b"\n\n")
        environment = dict(line.split(": ", 1) for line in block.decode().split("\n") if ": " in line)
        assert environment["agi_network_script"] == "route"
        for command in COMMANDS:
            writer.write(command.encode() + b"\n")
            assert (await reader.readline()).startswith(b"200 ")
        writer.close()

    server = await asyncio.start_server(call, "127.0.0.1", 0, backlog=1024)
    return int(server.sockets[0].getsockname()[1])


async def telekit() -> int:
    """Serve with telekit's own server and a call script."""
    from telekit.pbx.asterisk.agi.server import AgiServer
    from telekit.pbx.port import Call

    async def route(call: Call) -> None:
        await call.set("AGENT", "PJSIP/amina")
        await call.get("SKILL")
        await call.hang_up()

    server = AgiServer({"route": route}, port=0)
    await server.start()
    return server.port


async def panoramisk() -> int:
    """Serve with panoramisk's FastAGI application."""
    from panoramisk.fast_agi import Application, Request

    async def route(request: Request) -> None:
        for command in COMMANDS:
            assert (await request.send_command(command))["status_code"] == 200

    application = Application(loop=asyncio.get_running_loop())
    application.add_route("route", route)
    server = await asyncio.start_server(application.handler, "127.0.0.1", 0, backlog=1024)
    return int(server.sockets[0].getsockname()[1])


SUBJECTS: dict[str, Callable[[], Awaitable[int]]] = {"bare": bare, "telekit": telekit, "panoramisk": panoramisk}


async def serve(subject: str) -> None:
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    port = await SUBJECTS[subject]()
    gc.collect()
    gc.freeze()  # what was loaded at the start need not be looked through again, in any of them
    before = resource.getrusage(resource.RUSAGE_SELF)
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    await ended.wait()
    after = resource.getrusage(resource.RUSAGE_SELF)
    sys.stdout.write(f"{after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime}\n")


if __name__ == "__main__":
    if sys.argv[2] == "uvloop":
        import uvloop

        uvloop.run(serve(sys.argv[1]))
    else:
        asyncio.run(serve(sys.argv[1]))
