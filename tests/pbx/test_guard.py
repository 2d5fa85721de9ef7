import asyncio

import pytest

from telekit.pbx.guard import Guard


async def test_a_callback_that_fails_at_every_event_is_told_ever_more_rarely(caplog: pytest.LogCaptureFixture) -> None:
    guard = Guard()

    def broken() -> None:
        raise KeyError("a slip")

    for _ in range(1_234):
        guard.call(broken)
    told = [record.getMessage() for record in caplog.records]
    assert [message.split("(")[-1] for message in told] == [
        f"{times} so far); nothing else is harmed" for times in (1, 10, 100, 1000)
    ]
    assert caplog.records[0].exc_info


async def test_a_callback_that_never_ends_is_not_started_without_limit(caplog: pytest.LogCaptureFixture) -> None:
    guard = Guard()
    started = 0

    async def endless() -> None:
        nonlocal started
        started += 1
        await asyncio.Event().wait()

    for _ in range(1_500):
        guard.call(endless)
    await asyncio.sleep(0)
    assert started == 1_000
    assert "endless is too slow: 1000 of its calls wait; an event was not given to it (1 so far)" in caplog.text
    guard.cancel()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    guard.call(endless)
    await asyncio.sleep(0)
    assert started == 1_001
    guard.cancel()


async def test_what_a_callback_returns_is_run_when_it_can_be_awaited() -> None:
    guard = Guard()
    done = asyncio.Event()

    async def later() -> None:
        done.set()

    guard.call(lambda: later())
    guard.call(lambda: "nothing to await")
    await done.wait()


async def test_a_cancelled_task_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    guard = Guard()

    async def gives_up() -> None:
        raise asyncio.CancelledError

    guard.call(gives_up)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert caplog.text == ""
