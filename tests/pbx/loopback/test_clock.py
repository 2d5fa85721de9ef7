"""Virtual time: it leaps over waiting, and only over waiting."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from telekit.pbx.loopback import clock, run, virtual_clock
from telekit.pbx.loopback.clock import Stuck


def test_a_day_of_waiting_takes_no_time() -> None:
    async def wait() -> float:
        began = asyncio.get_running_loop().time()
        await asyncio.sleep(86_400)
        return asyncio.get_running_loop().time() - began

    assert run(wait()) == pytest.approx(86_400)


def test_who_waits_less_goes_first() -> None:
    order: list[str] = []

    async def wait(name: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        order.append(name)

    async def all_of_them() -> None:
        await asyncio.gather(wait("late", 3600), wait("soon", 1), wait("later", 7200))

    run(all_of_them())
    assert order == ["soon", "late", "later"]


def test_the_clock_reads_the_loops_time() -> None:
    async def read() -> datetime:
        now = virtual_clock(datetime(2026, 3, 29, 0, 30, tzinfo=UTC))
        await asyncio.sleep(timedelta(hours=2).total_seconds())
        return now()

    assert run(read()) == datetime(2026, 3, 29, 2, 30, tzinfo=UTC)


def test_a_thread_is_waited_for_in_real_time() -> None:
    async def work() -> int:
        return await asyncio.to_thread(sum, [1, 2, 3])

    assert run(work()) == 6


def test_a_loop_in_which_nothing_can_happen_is_stuck(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "PATIENCE", 0.01)
    with pytest.raises(Stuck):
        run(asyncio.Event().wait())
