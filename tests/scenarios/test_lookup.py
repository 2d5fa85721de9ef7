"""A service is asked about the caller, and what it answers decides where the call goes."""

from tests.lab.callers import Caller
from tests.scenarios.rules import NUMBER, RULES
from tests.service import http

ZOE = "+33199007788"


def rules(service: http.Service) -> str:
    """Send gold callers to technical help, and all others, with the agent whom the service names, to billing."""
    crm = f'lookups:\n  crm: {{get: "{service.url("/of/{caller}")}", gives: [segment, agent], within: 1s}}\n'
    routes = (
        "routes:\n  - lookup: crm\n"
        "  - {when: {segment: gold}, queue: technical}\n"
        "  - {queue: billing, prefer: {agent: $agent, for: 20s}}\n"
    )
    return RULES[: RULES.index("routes:")] + crm + routes


async def test_the_segment_that_the_service_tells_chooses_the_queue(installed) -> None:
    async with http.Service(http.says({"segment": "gold"})) as service:
        kit = await installed(rules(service))
        async with (
            kit.phone("amina", 1),
            kit.phone("nora", 3) as nora,
            kit.free("amina", "nora"),
            Caller(kit.switch, NUMBER, ZOE) as caller,
        ):
            await nora.rings()
            await caller.hang_up()
        looked = await kit.fact("looked-up")
        assert (looked.details["outcome"], looked.details["given"]) == ("answered", "segment=gold")
        assert service.asked[0].target == "/of/%2B33199007788"


async def test_the_agent_whom_the_service_names_rings_first(installed) -> None:
    async with http.Service(http.says({"agent": "luc"})) as service:
        kit = await installed(rules(service))
        async with (
            kit.phone("amina", 1),
            kit.phone("luc", 2) as luc,
            kit.free("amina", "luc"),
            Caller(kit.switch, NUMBER, ZOE) as caller,
        ):
            await luc.rings()
            await caller.hang_up()


async def test_a_service_that_never_answers_costs_the_caller_no_more_than_its_time(installed) -> None:
    async with http.Service(http.hangs) as service:
        kit = await installed(rules(service))
        async with kit.phone("amina", 1) as amina, Caller(kit.switch, NUMBER, ZOE) as caller:
            await amina.rings()
            looked = await kit.fact("looked-up")
            assert (looked.details["outcome"], looked.details["why"]) == ("failed", "it took too long")
            await caller.hang_up()
