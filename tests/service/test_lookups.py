"""Looking callers up at a real server, which may be slow, huge, odd, or not there."""

import asyncio
import json
import shutil
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from telekit.domain.call import Arrival, Caller
from telekit.domain.lookup import Lookup
from telekit.domain.names import CallId, LookupName, VariableName
from telekit.errors import SettingsError
from telekit.service.breaker import FAILURES, REST
from telekit.service.lookup_cache import LookupCache
from telekit.service.lookup_http import LARGEST_ANSWER
from telekit.service.lookups import LONGEST_TEXT, Lookups, Outcome, address_for, read_answer, require_client
from tests.acd.day import agent, plan
from tests.lab.certificate import issue
from tests.service import http

GIVES = (VariableName("segment"), VariableName("agent"))
ZOE = Arrival(CallId("1.1"), "+33199001234", Caller("+33199007788"))


def lookup(url: str, *, keep: float = 0, within: float = 2) -> Lookup:
    return Lookup(LookupName("crm"), url, timedelta(seconds=within), timedelta(seconds=keep), GIVES)


class Time:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest_asyncio.fixture
async def asking(time: Time) -> AsyncIterator[Lookups]:
    lookups = Lookups({"crm": "a-secret"}, time)
    yield lookups
    await lookups.close()


Serve = Callable[[http.Answer], Awaitable[http.Service]]


@pytest_asyncio.fixture
async def serve() -> AsyncIterator[Serve]:
    async with AsyncExitStack() as stack:

        async def begin(answer: http.Answer) -> http.Service:
            return await stack.enter_async_context(http.Service(answer))

        yield begin


async def test_what_the_answer_gives_is_known_and_nothing_else(asking: Lookups, serve: Serve) -> None:
    service = await serve(http.says({"segment": "gold", "agent": "amina", "password": "hunter2"}))
    found = await asking.look_up(lookup(service.url()), ZOE)
    assert (found.known, found.outcome) == ({"segment": "gold", "agent": "amina"}, Outcome.ANSWERED)


async def test_the_question_carries_the_number_encoded_and_the_secret_as_a_bearer_token(
    asking: Lookups, serve: Serve
) -> None:
    service = await serve(http.says({}))
    await asking.look_up(lookup(service.url("/api?number={caller}&to={dialed}")), ZOE)
    (asked,) = service.asked
    assert (asked.method, asked.target) == ("GET", "/api?number=%2B33199007788&to=%2B33199001234")
    assert asked.headers["authorization"] == "Bearer a-secret"


@pytest.mark.parametrize("number", ["1&admin=1", "../../x?y#z", "1 2\r\nX: y", "é%00{dialed}", "@evil.example/"])
async def test_no_caller_can_change_what_is_asked(asking: Lookups, serve: Serve, number: str) -> None:
    service = await serve(http.says({}))
    caller = Arrival(CallId("1.1"), "100", Caller(number))
    found = await asking.look_up(lookup(service.url("/api/{caller}?to=1")), caller)
    (asked,) = service.asked
    assert found.outcome is Outcome.ANSWERED
    path, _, query = asked.target.partition("?")
    assert query == "to=1"
    assert path.count("/") == 2
    assert set(path) <= set("/%._-~abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")


async def test_a_caller_without_a_number_is_not_asked_about(asking: Lookups, serve: Serve) -> None:
    service = await serve(http.says({}))
    hidden = Arrival(CallId("1.1"), "100", Caller(None))
    assert (await asking.look_up(lookup(service.url()), hidden)).outcome is Outcome.WITHHELD
    assert service.asked == []
    assert (await asking.look_up(lookup(service.url("/api?to={dialed}")), hidden)).outcome is Outcome.ANSWERED


@pytest.mark.parametrize("status", ["204 No Content", "404 Not Found"])
async def test_a_service_that_knows_nothing_has_answered(asking: Lookups, serve: Serve, status: str) -> None:
    service = await serve(http.says(b"", status))
    found = await asking.look_up(lookup(service.url()), ZOE)
    assert (found.known, found.outcome) == ({}, Outcome.ANSWERED)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (http.says(b"<html>"), "its answer is not JSON"),
        (http.says(b"[" * 10_000), "its answer is not JSON"),
        (http.says(b"\xff\xfe\x00"), "its answer is not JSON"),
        (http.says(["gold"]), "its answer is JSON, but no object"),
        (http.says({}, "500 Oh"), "it answers with status 500"),
        (http.says({"segment": "x" * 2 * LARGEST_ANSWER}), "its answer is longer than 16 KiB"),
        (http.never_ends, "its answer is longer than 16 KiB"),
        (http.says({}, "302 Found", Location="http://elsewhere.example/"), "it sends telekit on to another host"),
        (http.says({}, "302 Found", Location="//127.0.0.1:9/"), "it sends telekit on to another host"),
        (http.says({}, "302 Found"), "it sends telekit on to another host"),
        (http.says({}, "302 Found", Location="/again"), "it is sent on more than 3 times"),
        (http.hangs_up, "ClientPayloadError"),
        (http.says(b"", "abc"), "Bad status line"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_is_no_answer_is_told_and_gives_nothing(
    asking: Lookups, serve: Serve, answer: http.Answer, why: str
) -> None:
    service = await serve(answer)
    found = await asking.look_up(lookup(service.url()), ZOE)
    assert (found.known, found.outcome) == ({}, Outcome.FAILED)
    assert why in found.why


@pytest.mark.parametrize("answer", [http.hangs, http.stops_in_the_middle])
async def test_no_caller_waits_longer_than_the_lookup_says(asking: Lookups, serve: Serve, answer: http.Answer) -> None:
    service = await serve(answer)
    async with asyncio.timeout(5):
        found = await asking.look_up(lookup(service.url(), within=0.05), ZOE)
    assert (found.outcome, found.why) == (Outcome.FAILED, "it took too long")


async def test_a_service_that_is_not_there_gives_nothing(asking: Lookups) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        port = taken.getsockname()[1]
        found = await asking.look_up(lookup(f"http://127.0.0.1:{port}/"), ZOE)
    assert found.outcome is Outcome.FAILED
    assert "Connect" in found.why


async def test_a_host_whose_certificate_nobody_vouches_for_is_told_nothing(asking: Lookups, tmp_path: Path) -> None:
    """The number and the secret go out only once the host is known to be the one that the rules name."""
    certificate = await issue(Path(shutil.which("openssl") or "openssl"), tmp_path)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, tmp_path / "key.pem")
    async with http.Service(http.says({"segment": "gold"}), tls) as service:
        found = await asking.look_up(lookup(service.url()), ZOE)
        assert found.outcome is Outcome.FAILED
        assert "certificate" in found.why.lower()
        assert service.asked == []


async def test_a_redirection_on_the_same_host_is_followed(asking: Lookups, serve: Serve) -> None:
    async def answer(asked: http.Asked, writer: asyncio.StreamWriter) -> None:
        moved = http.says({}, "302 Found", Location="/there")
        await (http.says({"segment": "gold"}) if asked.target == "/there" else moved)(asked, writer)

    service = await serve(answer)
    assert (await asking.look_up(lookup(service.url()), ZOE)).known == {"segment": "gold"}


async def test_an_answer_is_kept_as_long_as_the_rules_say(asking: Lookups, serve: Serve, time: Time) -> None:
    service = await serve(http.says({"segment": "gold"}))
    crm = lookup(service.url(), keep=600)
    await asking.look_up(crm, ZOE)
    time.now = 599
    found = await asking.look_up(crm, ZOE)
    assert (found.known, found.outcome) == ({"segment": "gold"}, Outcome.KEPT)
    other = Arrival(CallId("1.2"), "+33199001234", Caller("+33199000001"))
    assert (await asking.look_up(crm, other)).outcome is Outcome.ANSWERED
    time.now = 600
    assert (await asking.look_up(crm, ZOE)).outcome is Outcome.ANSWERED
    assert len(service.asked) == 3


def test_only_so_many_answers_are_kept(time: Time) -> None:
    cache = LookupCache[str](time, most=2)
    for number in range(3):
        cache.keep(number, "answer", 60)
    assert len(cache) == 2
    assert [cache.find(number) for number in range(3)] == [None, "answer", "answer"]


async def test_who_fails_too_often_is_left_alone_and_tried_again_by_one_question(
    asking: Lookups, serve: Serve, time: Time
) -> None:
    service = await serve(http.says({}, "500 Oh"))
    crm = lookup(service.url())
    for _ in range(FAILURES):
        assert (await asking.look_up(crm, ZOE)).outcome is Outcome.FAILED
    assert asking.is_down(crm.name)
    assert (await asking.look_up(crm, ZOE)).outcome is Outcome.SPARED
    time.now = REST
    assert (await asking.look_up(crm, ZOE)).outcome is Outcome.FAILED
    assert (await asking.look_up(crm, ZOE)).outcome is Outcome.SPARED
    time.now = 2 * REST
    service.answer = http.says({"segment": "gold"})
    assert (await asking.look_up(crm, ZOE)).outcome is Outcome.ANSWERED
    assert not asking.is_down(crm.name)


async def test_while_one_question_tries_the_others_are_spared(asking: Lookups, serve: Serve, time: Time) -> None:
    service = await serve(http.says({}, "500 Oh"))
    crm = lookup(service.url())
    for _ in range(FAILURES):
        await asking.look_up(crm, ZOE)
    time.now = REST
    service.answer = http.hangs
    trying = asyncio.create_task(asking.look_up(lookup(service.url(), within=0.05), ZOE))
    await asyncio.sleep(0)
    assert (await asking.look_up(crm, ZOE)).outcome is Outcome.SPARED
    assert (await trying).outcome is Outcome.FAILED


@pytest.mark.parametrize(
    "text", ["x" * (LONGEST_TEXT + 1), "gold\nbar", "gold\x00", "a\u202eb", 5, ["gold"], {"a": 1}, True]
)
def test_a_value_that_is_no_plain_short_text_is_left_out(text: object, caplog: pytest.LogCaptureFixture) -> None:
    known = read_answer(lookup("http://localhost/"), json.dumps({"segment": text, "agent": "amina"}).encode())
    assert known == {"agent": "amina"}
    assert "segment is no text of at most 200 characters" in caplog.text


def test_nothing_is_no_value_and_needs_no_word(caplog: pytest.LogCaptureFixture) -> None:
    assert read_answer(lookup("http://localhost/"), b'{"segment": null}') == {}
    assert caplog.text == ""


def test_a_number_that_is_itself_a_place_is_not_filled_in_again() -> None:
    caller = Arrival(CallId("1.1"), "100", Caller("{dialed}"))
    assert address_for(lookup("http://localhost/{caller}"), caller) == "http://localhost/%7Bdialed%7D"


def test_rules_with_lookups_say_what_to_install_when_nothing_can_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "aiohttp", None)
    rules = plan([agent("amina")])
    require_client(rules)
    with pytest.raises(SettingsError, match="pip install 'aiohttp"):
        require_client(replace(rules, lookups={LookupName("crm"): lookup("http://localhost/")}))
