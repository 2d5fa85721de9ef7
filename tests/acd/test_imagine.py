"""What would happen to a call at an instant, told without letting it happen."""

from dataclasses import replace
from datetime import date, timedelta

from telekit.acd.actions import DivertReason
from telekit.acd.imagine import Choice, Imagined, imagine
from telekit.acd.imagined_queue import ImaginedQueue
from telekit.domain.call import Arrival, Caller
from telekit.domain.destination import Destination, HangUp, ToMenu, ToQueue, ToVoicemail, Treatment
from telekit.domain.exception import AgentException
from telekit.domain.names import AgentName, CallId, MenuName, QueueName
from telekit.domain.plan import Plan
from telekit.domain.queue import Exit
from telekit.domain.route import Menu, Numbers, Route
from tests.acd.day import agent, clock, hours, plan, queue, step

NUMBER, OTHER = "+33199001234", "+33199001235"
MAIN, MORE = MenuName("main"), MenuName("more")
HELP, NIGHT = ToQueue(QueueName("help")), ToQueue(QueueName("night"))


def routed(made: Plan, *routes: Route, menus: tuple[Menu, ...] = ()) -> Plan:
    return replace(made, routes=routes, menus={menu.name: menu for menu in menus})


def dialed(number: str, to: Destination, label: str = "") -> Route:
    return Route(to, dialed=Numbers(frozenset({number})), label=label)


def menu(name: MenuName, nothing: Destination, tries: int = 3, **choices: Destination) -> Menu:
    return Menu(name, ("welcome",), {key.removeprefix("key_"): to for key, to in choices.items()}, nothing, tries)


def asked(made: Plan, *keys: str, at: str = "09:00", number: str = NUMBER, caller: str | None = None) -> Imagined:
    return imagine(made, Arrival(CallId("c"), number, Caller(caller)), clock(at), keys)


def only_queue(imagined: Imagined) -> ImaginedQueue:
    (found,) = (stage for stage in imagined.way if isinstance(stage, ImaginedQueue))
    return found


def queues(imagined: Imagined) -> list[ImaginedQueue]:
    return [stage for stage in imagined.way if isinstance(stage, ImaginedQueue)]


AMINA = plan([agent("amina", "08:00-12:00")])
CHOOSING = routed(
    AMINA,
    dialed(NUMBER, ToMenu(MAIN)),
    menus=(
        menu(MAIN, HangUp(), tries=2, key_1=HELP, key_2=ToMenu(MORE), key_3=ToVoicemail()),
        menu(MORE, ToMenu(MAIN), key_1=HELP),
    ),
)


def test_a_call_that_no_route_takes_is_hung_up() -> None:
    imagined = asked(routed(AMINA, dialed(OTHER, HELP)))
    assert (imagined.route, imagined.way, imagined.destination, imagined.offered) == (None, (), HangUp(), False)


def test_routes_of_the_dialled_number_that_another_caller_takes_are_named() -> None:
    vip = replace(dialed(NUMBER, HELP, "vip"), caller=Numbers(frozenset({"+33199005566"})))
    for_others, anybody = replace(vip, dialed=Numbers(frozenset({OTHER}))), dialed(NUMBER, HELP)
    made = routed(AMINA, for_others, vip, anybody, vip)
    assert asked(made).near_misses == (vip,)
    assert asked(made).route is anybody
    assert asked(made, caller="+33199005566").near_misses == ()


def test_a_key_leads_where_the_menu_says() -> None:
    imagined = asked(CHOOSING, "3")
    assert (imagined.way, imagined.destination) == ((Choice(MAIN, "3", leads=True),), ToVoicemail())


def test_each_menu_takes_the_next_key() -> None:
    imagined = asked(CHOOSING, "2", "1")
    assert imagined.way[:2] == (Choice(MAIN, "2", leads=True), Choice(MORE, "1", leads=True))
    assert only_queue(imagined).rings == ("amina",)


def test_a_menu_asks_again_for_a_key_that_it_lacks_as_often_as_it_tries() -> None:
    again = asked(CHOOSING, "9", "3")
    assert again.way == (Choice(MAIN, "9", leads=False), Choice(MAIN, "3", leads=True))
    given_up = asked(CHOOSING, "9", "9", "3")
    assert given_up.way == (Choice(MAIN, "9", leads=False), Choice(MAIN, "9", leads=False))
    assert (given_up.destination, given_up.unused) == (HangUp(), ("3",))


def test_a_caller_who_presses_nothing_goes_where_nothing_leads() -> None:
    assert asked(CHOOSING).way == (Choice(MAIN, None, leads=True),)
    assert asked(CHOOSING, "9").way == (Choice(MAIN, "9", leads=False), Choice(MAIN, None, leads=True))


def test_keys_that_no_menu_asks_for_are_given_back() -> None:
    assert asked(CHOOSING, "1", "5").unused == ("5",)


def test_menus_that_lead_in_a_circle_are_found_out() -> None:
    circle = menu(MAIN, ToMenu(MORE), key_1=HELP), menu(MORE, ToMenu(MAIN), key_1=HELP)
    made = routed(AMINA, dialed(NUMBER, ToMenu(MAIN)), menus=circle)
    assert asked(made).circles
    assert [stage.menu for stage in asked(made).way if isinstance(stage, Choice)] == [MAIN, MORE]
    assert not asked(made, "9", "9", "9", "9", "9", "9", "1").circles


def test_queues_that_send_calls_round_when_closed_are_found_out() -> None:
    shut = hours("01:00-02:00")
    first = queue("help", opening=shut, closed=Treatment((), NIGHT))
    second = queue("night", opening=shut, closed=Treatment((), HELP))
    imagined = asked(routed(plan([agent("amina")], first, second), dialed(NUMBER, HELP)))
    assert imagined.circles
    assert [stage.queue for stage in imagined.way if isinstance(stage, ImaginedQueue)] == ["help", "night"]


def test_a_call_goes_on_from_a_closed_queue_to_the_next() -> None:
    shut = queue("help", opening=hours("13:00-14:00"), closed=Treatment(("closed",), NIGHT))
    imagined = asked(routed(plan([agent("amina")], shut, queue("night")), dialed(NUMBER, HELP)))
    closed, taken = imagined.way
    assert isinstance(closed, ImaginedQueue)
    assert isinstance(taken, ImaginedQueue)
    assert (closed.diverted, closed.rings) == (DivertReason.CLOSED, ())
    assert (taken.queue, taken.rings) == ("night", ("amina",))
    assert imagined.offered


def test_who_is_asked_after_a_step_is_told_with_the_wait() -> None:
    made = plan([agent("amina", french=3)], queue("help", step(french=5), step(30, french=3)))
    fares = only_queue(asked(routed(made, dialed(NUMBER, HELP))))
    assert (fares.rings, fares.waits) == (("amina",), timedelta(seconds=30))


def test_a_step_is_too_late_for_a_shift_that_ends_before_it() -> None:
    steps = step(french=5), step(90, french=3)
    help_, night = queue("help", *steps, no_agent=Treatment((), NIGHT)), queue("night")
    made = plan([agent("amina", "08:00-12:00", french=3)], help_, night)
    fares, _ = queues(asked(routed(made, dialed(NUMBER, HELP)), at="11:59"))
    assert (fares.rings, fares.diverted, fares.waits) == ((), DivertReason.NO_AGENT, timedelta(minutes=1))


def test_a_call_that_has_waited_and_leaves_is_followed_to_where_it_goes_at_that_moment() -> None:
    help_ = queue("help", step(french=5), step(1200, french=3), exits=(Exit(timedelta(minutes=5), NIGHT),))
    people = [agent("amina", "08:00-09:04", french=3), agent("luc", french=3)]
    made = plan(people, help_, queue("night", step(french=3)))
    imagined = asked(routed(made, dialed(NUMBER, HELP)))
    first, later = queues(imagined)
    assert (first.diverted, first.waits) == (DivertReason.EXIT, timedelta(minutes=5))
    assert (later.queue, later.at, later.rings) == ("night", clock("09:05"), ("luc",))
    assert (imagined.offered, imagined.destination, imagined.circles) == (True, NIGHT, False)


def test_a_call_that_comes_back_has_its_place_and_has_taken_the_exit() -> None:
    five = timedelta(minutes=5)
    steps = step(french=5), step(1200, french=3)
    help_ = queue("help", *steps, exits=(Exit(five, NIGHT),))
    night = queue("night", *steps, exits=(Exit(five, HELP),))
    made = plan([agent("amina", french=3)], help_, night)
    imagined = asked(routed(made, dialed(NUMBER, HELP)))
    assert [(stage.queue, stage.at, stage.waits) for stage in queues(imagined)] == [
        ("help", clock("09:00"), five),
        ("night", clock("09:05"), five),
        ("help", clock("09:10"), timedelta(minutes=10)),
    ]
    assert (imagined.offered, imagined.circles) == (True, False)


def test_agents_who_lack_a_skill_at_every_step_are_told_too_in_the_order_of_the_rules() -> None:
    made = plan([agent("sam"), agent("amina", french=3), agent("luc")], queue("help", step(french=3)))
    verdicts = only_queue(asked(routed(made, dialed(NUMBER, HELP)))).verdicts
    assert [(verdict.agent, verdict.eligible, verdict.detail) for verdict in verdicts] == [
        ("sam", False, "lacks french"),
        ("amina", True, ""),
        ("luc", False, "lacks french"),
    ]


def test_with_nobody_of_the_skill_nothing_ever_changes() -> None:
    made = plan([agent("sam")], queue("help", step(french=3), opening=hours("08:00-12:00")))
    assert only_queue(asked(routed(made, dialed(NUMBER, HELP)))).change is None


def test_opening_hours_that_never_meet_the_shifts_are_found_out() -> None:
    made = plan([agent("amina", "20:00-06:00")], queue("help", opening=hours("08:00-12:00")))
    assert only_queue(asked(routed(made, dialed(NUMBER, HELP)))).change is None


def test_who_comes_as_the_queue_closes_is_no_chance() -> None:
    made = plan([agent("amina", "12:00-13:00")], queue("help", opening=hours("08:00-12:00")))
    assert only_queue(asked(routed(made, dialed(NUMBER, HELP)))).change is None


def test_a_day_off_of_one_is_not_that_of_another_with_the_same_shift() -> None:
    off = AgentException(AgentName("amina"), date(2026, 11, 24), off="leave")
    made = replace(plan([agent("luc"), agent("amina")]), agent_exceptions=(off,))
    change = only_queue(asked(routed(made, dialed(NUMBER, HELP)), at="19:00")).change
    assert change is not None
    assert (change.at, change.then) == (clock("08:00") + timedelta(days=1), ("luc",))


def test_a_swap_with_somebody_of_another_skill_counts() -> None:
    instead = AgentException(AgentName("sam"), date(2026, 11, 23), instead_of=AgentName("amina"))
    made = replace(
        plan([agent("sam"), agent("amina", french=3)], queue("help", step(french=3))), agent_exceptions=(instead,)
    )
    fares = only_queue(asked(routed(made, dialed(NUMBER, HELP))))
    assert (fares.rings, fares.verdicts[1].detail) == ((), "sam works instead (exception)")
