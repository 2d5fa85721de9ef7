"""Phones and callers by the hundred, each kind in one SIPp process: for measuring, not for judging one call."""

import asyncio
import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.lab.asterisk import Asterisk
from tests.lab.processes import spawn
from tests.lab.scenario import ECHO, EMPTY, SDP, label, receive, scenario, send
from tests.lab.settings import HOST

# A caller's number is this, the run's number and the call's: so a call is known on both sides of Asterisk.
CALLER = "+33199{run:02}[call_number]"
REGISTERING_A_SECOND = 200
PATIENCE = 60.0  # seconds beyond what the calls should take
TAG = "tag=[pid]-[call_number]"
NO_SOUND = SDP.format(port=9)  # the discard port: only the signalling is measured
NOW = '<gettimeofday assign_to="s,us"/>'


class CrowdFailed(Exception):  # noqa: N818 (it reads as the sentence it prints)
    """SIPp could not do what was asked of it; the text holds what it complained of."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """What became of many calls."""

    offered: int
    answered: int
    took: timedelta  # from the first call to the last one's end
    delays: Sequence[timedelta]  # from each call's INVITE into Asterisk to its first INVITE out of it, sorted
    span: timedelta  # from the first of these INVITEs out of Asterisk to the last

    @property
    def rate(self) -> float:
        """Return answered calls a second."""
        return self.answered / self.took.total_seconds()

    def delay(self, share: float) -> timedelta:
        """Return the delay that this share of the calls did not exceed: 0.5, 0.99..."""
        return self.delays[min(int(share * len(self.delays)), len(self.delays) - 1)]


class Crowd:
    """Many registered phones, all at one address, that answer every call at once.

    `accounts` are names and passwords, `answering` the steps of a SIPp scenario if they shall do otherwise.
    """

    def __init__(
        self,
        asterisk: Asterisk,
        accounts: Sequence[tuple[str, str]],
        *,
        address: str = "127.0.0.99",
        answering: Sequence[str] = (),
    ) -> None:
        self.address = address
        self._answering = scenario(answering) if answering else _answering()
        self._asterisk = asterisk
        self._accounts = accounts
        self.folder = asterisk.folder / "crowd"
        self._runs = 0
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Register every phone, if they have accounts, and wait for calls."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self._accounts:
            await self._register()
        self._process = await self.sipp("answer", self._answering)
        await self._listens(self._process)

    async def _register(self) -> None:
        lines = "".join(f"{name};{password}\n" for name, password in self._accounts)
        (self.folder / "accounts.csv").write_text(f"SEQUENTIAL\n{lines}")
        count, rate = str(len(self._accounts)), str(REGISTERING_A_SECOND)
        registering = await self.sipp("register", _registering(), "-inf", "accounts.csv", "-m", count, "-r", rate)
        if await registering.wait():
            raise CrowdFailed(f"not every phone was registered{_complaint(self.folder, 'register')}")

    async def stop(self) -> None:
        """Switch all phones off; nobody is told."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def called(
        self,
        dialled: str,
        *,
        rate: float,
        calls: int,
        hold: timedelta,
        address: str = "127.0.1.255",
        patience: float = PATIENCE,
    ) -> Traffic:
        """Let so many callers a second dial a number, each hanging up `hold` after the answer.

        Raises CrowdFailed when they have not all ended `patience` seconds after they should have.
        """
        self._runs += 1
        process = await self.sipp(
            "call",
            _calling(CALLER.format(run=self._runs), dialled, hold),
            *("-r", str(rate), "-m", str(calls), "-l", str(calls), "-trace_stat", "-stf", "call.csv", "-fd", "1"),
            address=address,
        )
        try:
            async with asyncio.timeout(calls / rate + hold.total_seconds() + patience):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
            raise CrowdFailed(f"the calls did not end{_complaint(self.folder, 'call')}") from None
        return self._result()

    def _result(self) -> Traffic:
        with (self.folder / "call.csv").open() as file:
            last = list(csv.DictReader(file, delimiter=";"))[-1]
        sent, came = _moments(self.folder / "call.log"), _moments(self.folder / "answer.log")
        reached = sent.keys() & came.keys()
        delays = sorted(came[caller] - sent[caller] for caller in reached)
        arrivals = [came[caller] for caller in reached] or [0.0]
        return Traffic(
            offered=int(last["TotalCallCreated"]),
            answered=int(last["SuccessfulCall(C)"]),
            took=timedelta(seconds=float(last["CurrentTime"].split()[-1]) - float(last["StartTime"].split()[-1])),
            delays=[timedelta(seconds=delay) for delay in delays],
            span=timedelta(seconds=max(arrivals) - min(arrivals)),
        )

    async def sipp(self, name: str, steps: str, *arguments: str, address: str = "") -> asyncio.subprocess.Process:
        """Start SIPp with a scenario, of which its files get their names."""
        (self.folder / f"{name}.xml").write_text(steps)
        with (self.folder / f"{name}.screen").open("wb") as screen:
            return await spawn(
                *(self._asterisk.tree.sipp, f"{HOST}:{self._asterisk.ports.sip}", "-sf", f"{name}.xml"),
                *("-i", address or self.address, "-p", "5060", "-nostdin", "-timer_resol", "1"),
                *("-trace_err", "-error_file", f"{name}.errors", "-trace_logs", "-log_file", f"{name}.log"),
                *arguments,
                screen=screen,
                folder=self.folder,
            )

    async def _listens(self, process: asyncio.subprocess.Process) -> None:
        # Nothing tells that SIPp listens, but an answer.
        loop = asyncio.get_running_loop()
        answered = asyncio.Event()

        class Asking(asyncio.DatagramProtocol):
            def datagram_received(self, _data: bytes, _address: object) -> None:
                answered.set()

        transport, _ = await loop.create_datagram_endpoint(Asking, local_addr=(HOST, 0))
        port = transport.get_extra_info("sockname")[1]
        question = (
            f"OPTIONS sip:{self.address} SIP/2.0\r\nVia: SIP/2.0/UDP {HOST}:{port};branch=z9hG4bK-there\r\n"
            f"From: <sip:lab@{HOST}>;tag=1\r\nTo: <sip:{self.address}>\r\nCall-ID: there\r\nCSeq: 1 OPTIONS\r\n"
            "Max-Forwards: 1\r\nContent-Length: 0\r\n\r\n"
        )
        try:
            async with asyncio.timeout(PATIENCE):
                while process.returncode is None and not answered.is_set():
                    transport.sendto(question.encode(), (self.address, 5060))
                    await asyncio.sleep(0.01)
        except TimeoutError:
            pass
        finally:
            transport.close()
        if not answered.is_set():
            raise CrowdFailed(f"the phones do not listen{_complaint(self.folder, 'answer')}")


def _complaint(folder: Path, name: str) -> str:
    path = folder / f"{name}.errors"
    return f":\n{path.read_text(errors='replace')[-3000:]}" if path.exists() else ""


def _moments(path: Path) -> dict[str, float]:
    # Caller, seconds, microseconds; of a call that came twice, the first counts. A line that SIPp had no time left to
    # end is no call of which both moments are known.
    moments: dict[str, float] = {}
    for line in path.read_text().splitlines(keepends=True):
        if not line.endswith("\n"):
            break
        caller, seconds, micros = line.split()
        moments.setdefault(caller, float(seconds) + float(micros) / 1e6)
    return moments


def _registering() -> str:
    def request(more: str) -> str:
        return (
            f"REGISTER sip:{HOST} SIP/2.0\n"
            "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n"
            f"From: <sip:[field0]@{HOST}>;{TAG}\n"
            f"To: <sip:[field0]@{HOST}>\n"
            "Call-ID: [call_id]\n"
            "CSeq: [cseq] REGISTER\n"
            "Contact: <sip:[field0]@[local_ip]:[local_port]>\n"
            "Expires: 3600\n"
            f"Max-Forwards: 70\n{more}{EMPTY}"
        )

    return scenario(
        [
            send(request(""), repeated=True),
            receive("401", more='auth="true"'),
            send(request("[authentication username=[field0] password=[field1]]\n"), repeated=True),
            receive("200"),
        ]
    )


def _answering() -> str:
    echo = ECHO.format(to=f"[last_To:];{TAG}")
    here = "Contact: <sip:[local_ip]:[local_port]>\n"
    caller = '<ereg regexp="sip:([^@]*)@" search_in="hdr" header="From:" assign_to="line,caller"/>'
    return scenario(
        [
            receive("OPTIONS", then="asked", optional=True),
            receive("INVITE", actions=f'{NOW}{caller}<log message="[$caller] [$s] [$us]"/>'),
            send(f"SIP/2.0 180 Ringing\n{echo}{here}{EMPTY}"),
            send(f"SIP/2.0 200 OK\n{echo}{here}{NO_SOUND}", repeated=True),
            receive("ACK"),
            receive("BYE"),
            label("asked"),
            send(f"SIP/2.0 200 OK\n{ECHO.format(to='[last_To:]')}{EMPTY}"),
        ]
    )


def _calling(caller: str, dialled: str, hold: timedelta) -> str:
    def request(method: str, to: str) -> str:
        return (
            f"{method} {to} SIP/2.0\n"
            "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n"
            f"From: <sip:{caller}@[local_ip]>;{TAG}\n"
            f"To: <sip:{dialled}@{HOST}>[peer_tag_param]\n"
            "Call-ID: [call_id]\n"
            f"CSeq: [cseq] {method}\n"
            "Contact: <sip:caller@[local_ip]:[local_port]>\n"
            "Max-Forwards: 70\n"
        )

    note = f'{NOW}<log message="{caller} [$s] [$us]"/>'
    invite = request("INVITE", f"sip:{dialled}@{HOST}").replace("[peer_tag_param]", "")
    return scenario(
        [
            send(f"{invite}{NO_SOUND}", repeated=True, actions=note),
            label("calling"),
            receive("1..", then="calling", optional=True),
            receive("200", more='rrs="true"'),
            send(f"{request('ACK', '[next_url]')}{EMPTY}"),
            f'<pause milliseconds="{int(hold.total_seconds() * 1000)}"/>',
            send(f"{request('BYE', '[next_url]')}{EMPTY}", repeated=True),
            receive("200"),
        ]
    )
