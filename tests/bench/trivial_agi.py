"""The least that a FastAGI server can do for a call: pick the next phone, set two variables.

`python -m tests.bench.trivial_agi PHONES` prints the port that it listens on. It runs on the event loop that telekit
takes where it is installed, so that the loop is no difference between them.
"""

import asyncio
import itertools
import sys

import uvloop


async def serve(phones: int) -> None:
    turns = itertools.cycle(range(phones))

    async def call(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\n\n")
        for command in (f"SET VARIABLE AGENT agent{next(turns)}\n", "SET VARIABLE SKILL french\n"):
            writer.write(command.encode())
            await reader.readline()
        writer.close()

    server = await asyncio.start_server(call, "127.0.0.1", 0, backlog=1024)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.Loop) as runner:
        runner.run(serve(int(sys.argv[1])))
