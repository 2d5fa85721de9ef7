"""Rule files become a plan."""

import gc
import pickle
from datetime import date, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from telekit import rules
from telekit.domain.agent import Login
from telekit.domain.destination import HangUp, ToMenu, ToQueue, ToScript, ToVoicemail, Treatment
from telekit.domain.hours import Span
from telekit.domain.names import AgentName, ListName, MenuName, QueueName, ScriptName, ShiftName, SkillName
from telekit.domain.plan import Plan
from telekit.domain.queue import MissCause, PauseAfter, Queue, Skip, Strategy, UntilRegistered
from telekit.domain.route import Numbers
from telekit.domain.skill import Requirement
from telekit.errors import SettingsError
from telekit.rules.gather import OF_SETTINGS
from telekit.rules.section import SECTIONS
from telekit.settings import Settings, load_settings

HERE = Path(__file__).parent
SAMPLES = HERE.parents[1] / "docs/samples/rules"
BILLING, MAIN = QueueName("billing"), MenuName("main")


def _load(tmp_path: Path, text: str) -> Plan:
    file = tmp_path / "rules.yaml"
    file.write_text(text, encoding="utf-8")
    return rules.load(file)


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Give the plan of the language page's example."""
    return rules.load(HERE / "language.yaml")


def _origin(place: object) -> str:
    return str(place).removeprefix(f"{HERE}/")


def test_agents_have_their_phones_skills_shifts_and_zone(plan: Plan) -> None:
    amina, luc = plan.agents.values()
    assert (amina.name, amina.full_name, amina.language, amina.login) == ("amina", "Amina Benali", "en", Login.ROSTER)
    assert [str(phone) for phone in luc.phones] == ["sip:luc", "tel:+33199005512"]
    assert [phone.confirm for phone in luc.phones] == [False, True]
    assert amina.skills == {"french": 9, "billing": 7}
    assert amina.shifts == ("early", "saturdays")
    assert (amina.zone.key, luc.zone.key) == ("Europe/Paris", "Indian/Reunion")


def test_a_shift_has_all_its_hours(plan: Plan) -> None:
    night = plan.shifts[ShiftName("night")]
    assert [(sorted(hours.days), str(hours.span)) for hours in night.hours] == [
        ([0, 1, 2, 3], "22:00-06:00"),
        ([4], "22:00-02:00"),
    ]


def test_exceptions_are_told_apart(plan: Plan) -> None:
    leave, swap = plan.agent_exceptions
    assert (leave.agent, leave.on, leave.off, leave.spans) == ("amina", date(2026, 12, 24), "leave", ())
    assert (swap.agent, swap.spans, swap.instead_of) == ("luc", (Span(time(13), time(21)),), "amina")
    (opening,) = plan.queue_exceptions
    assert (opening.queue, opening.spans, opening.closed) == ("billing", (Span(time(9), time(12)),), None)


def test_steps_begin_with_what_the_queue_itself_requires_and_end_with_the_exit(plan: Plan) -> None:
    billing = plan.queues[BILLING]
    french, bill = SkillName("french"), SkillName("billing")
    assert [(step.after.total_seconds(), step.requirement, step.strategy) for step in billing.steps] == [
        (0, Requirement.of({french: 5, bill: 5}), Strategy.LONGEST_IDLE),
        (30, Requirement.of({french: 5, bill: 3}), Strategy.LONGEST_IDLE),
        (90, Requirement.of({french: 3}), Strategy.MOST_SKILLED),
    ]
    (exit_,) = billing.exits
    assert (exit_.after, exit_.go) == (timedelta(minutes=8), ToVoicemail())
    assert billing.missed == {
        MissCause.NO_ANSWER: PauseAfter(2),
        MissCause.REJECTED: Skip(timedelta(seconds=30)),
        MissCause.BUSY: Skip(timedelta(seconds=30)),
        MissCause.UNREACHABLE: UntilRegistered(),
        MissCause.VOICEMAIL: Skip(timedelta(minutes=5)),
    }
    assert billing.closed == Treatment(("closed",), ToVoicemail())


def test_a_queue_that_says_nothing_is_the_domains_own_default(tmp_path: Path) -> None:
    queue = _load(tmp_path, "queues: {billing: {}}\n").queues[BILLING]
    assert queue == Queue(BILLING, queue.steps, origin=queue.origin)
    assert [(step.after, step.requirement, step.strategy) for step in queue.steps] == [
        (timedelta(0), Requirement(), Strategy.LONGEST_IDLE)
    ]


def test_a_step_may_swap_the_agents_and_the_order_among_them(tmp_path: Path) -> None:
    plan = _load(
        tmp_path,
        """
        skills: [french]
        queues:
          billing:
            strategy: fixed
            steps:
              - {after: 30s, requires: {french: 3}, replace: true}
              - {after: 60s, requires: {}, strategy: round-robin}
              - {after: 90s, requires: {}, strategy: ring-all}
        """,
    )
    assert [(step.replace, step.strategy, step.requirement.least) for step in plan.queues[BILLING].steps] == [
        (False, Strategy.FIXED, ()),
        (True, Strategy.FIXED, (("french", 3),)),
        (False, Strategy.ROUND_ROBIN, ()),
        (False, Strategy.RING_ALL, ()),
    ]


def test_a_pause_after_missed_offers_may_have_an_end(tmp_path: Path) -> None:
    plan = _load(
        tmp_path, "queues: {billing: {missed: {no-answer: {pause_after: 3, for: 10m}, busy: {pause_after: 1}}}}"
    )
    assert plan.queues[BILLING].missed[MissCause.NO_ANSWER] == PauseAfter(3, timedelta(minutes=10))
    assert plan.queues[BILLING].missed[MissCause.BUSY] == PauseAfter(1)


def test_bounds_are_included(tmp_path: Path) -> None:
    plan = _load(
        tmp_path,
        """
        skills: [low, high]
        agents: {amina: {phone: sip:amina, skills: {low: 1, high: 10}}}
        queues:
          least: {ring: 1s, wrap_up: 0s}
          most: {ring: 10m, wrap_up: 8h}
        routes: [{queue: least, priority: -1000}, {queue: most, priority: 1000}]
        """,
    )
    assert [queue.ring for queue in plan.queues.values()] == [timedelta(seconds=1), timedelta(minutes=10)]
    assert plan.agents[AgentName("amina")].skills == {"low": 1, "high": 10}


def test_two_agents_may_live_under_one_number(tmp_path: Path) -> None:
    plan = _load(tmp_path, "agents: {amina: {phone: tel:+33199005512}, luc: {phone: tel:+33199005512}}\n")
    assert len({agent.phones for agent in plan.agents.values()}) == 1


def test_routes_keep_their_order_and_their_tests(plan: Plan) -> None:
    vip, everyone = plan.routes
    assert (vip.label, vip.destination) == ("VIP callers keep their adviser", ToQueue(BILLING, 50))
    assert vip.dialed == Numbers(frozenset({"+33199001234"}))
    assert vip.caller == Numbers(lists=(ListName("vip"),))
    assert (everyone.destination, everyone.caller) == (ToMenu(MAIN), None)


def test_every_destination_and_every_test_on_a_number_is_read(tmp_path: Path) -> None:
    plan = _load(
        tmp_path,
        """
        queues: {billing: {}}
        lists: {vip: +33199005566, blocked: [0123, 100]}
        routes:
          - {when: {caller: anonymous}, go: hangup}
          - {when: {caller: [+33199005567, anonymous]}, go: voicemail}
          - {when: {caller: {starts: [+331, 00]}}, script: survey}
          - {when: {caller: {in: [vip, blocked]}, dialed: [100, 0199001234]}, go: {queue: billing, priority: -5}}
          - {go: {script: survey}}
        """,
    )
    assert [route.destination for route in plan.routes] == [
        HangUp(),
        ToVoicemail(),
        ToScript(ScriptName("survey")),
        ToQueue(BILLING, -5),
        ToScript(ScriptName("survey")),
    ]
    assert [route.caller for route in plan.routes] == [
        Numbers(anonymous=True),
        Numbers(frozenset({"+33199005567"}), anonymous=True),
        Numbers(prefixes=("+331", "00")),
        Numbers(lists=(ListName("vip"), ListName("blocked"))),
        None,
    ]
    assert plan.routes[3].dialed == Numbers(frozenset({"100", "0199001234"}))
    assert plan.lists == {"vip": {"+33199005566"}, "blocked": {"0123", "100"}}


def test_menus_have_their_keys(tmp_path: Path) -> None:
    plan = _load(
        tmp_path,
        """
        menus:
          main: {say: [hello, custom/choices], 0: hangup, "*": voicemail, "#": hangup, nothing: hangup, tries: 2}
        """,
    )
    menu = plan.menus[MAIN]
    assert menu.choices == {"0": HangUp(), "*": ToVoicemail(), "#": HangUp()}
    assert (menu.say, menu.nothing, menu.tries) == (("hello", "custom/choices"), HangUp(), 2)
    assert menu.timeout == timedelta(seconds=5)


def test_what_was_written_knows_where(plan: Plan) -> None:
    luc, billing = plan.agents[AgentName("luc")], plan.queues[BILLING]
    assert _origin(luc.origin) == "language.yaml:12"
    assert {key: place.line for key, place in luc.places.items()} == {
        "name": 13, "phone": 14, "skills": 15, "timezone": 16, "shifts": 17,
    }  # fmt: skip
    assert [_origin(hours.origin) for hours in billing.opening] == ["language.yaml:32", "language.yaml:32"]
    assert [hours.origin.column for hours in billing.opening] == [12, 33]
    assert [step.origin.line for step in billing.steps] == [33, 38, 39]
    (exit_,) = billing.exits
    assert exit_.origin.line == 41
    assert [_origin(route.origin) for route in plan.routes] == ["language.yaml:49", "language.yaml:54"]
    assert plan.routes[0].prefer is not None
    assert _origin(plan.routes[0].prefer.origin) == "language.yaml:51"
    assert [one.origin.line for one in plan.agent_exceptions] == [25, 26]
    assert _origin(plan.shifts[ShiftName("night")].hours[1].origin) == "language.yaml:22"
    assert plan.menus[MAIN].origin.line == 58


@pytest.mark.parametrize(
    ("day", "shift", "spans"),
    [
        ("2026-12-24", "night", ["22:00-06:00"]),
        ("2026-12-25", "night", ["22:00-02:00"]),
        ("2026-12-26", "early", ["07:00-13:00"]),
        ("2026-12-24", "[07:00-09:00, early]", ["07:00-09:00", "07:00-13:00"]),
    ],
)
def test_an_exception_may_name_a_shift_for_its_hours(tmp_path: Path, day: str, shift: str, spans: list[str]) -> None:
    plan = _load(
        tmp_path,
        f"""
        timezone: Europe/Paris
        shifts: {{early: mon-fri 07:00-13:00, night: [mon-thu 22:00-06:00, fri 22:00-02:00]}}
        agents: {{amina: {{phone: sip:amina}}}}
        exceptions: [{{agent: amina, on: {day}, shift: {shift}}}]
        """,
    )
    (exception,) = plan.agent_exceptions
    assert [str(span) for span in exception.spans] == spans


def test_sections_may_be_spread_over_files_in_the_order_of_their_names(tmp_path: Path) -> None:
    (tmp_path / "10-hours.yaml").write_text("timezone: Europe/Paris\nshifts: {early: mon-fri 07:00-13:00}\n")
    (tmp_path / "20-agents.yml").write_text("agents: {amina: {phone: sip:amina, skills: {french: 9}, shifts: early}}\n")
    (tmp_path / "05-skills.yaml").write_text("skills: [french]\nagents: {luc: {phone: sip:luc}}\nroutes:\n")
    (tmp_path / "billing.test.yaml").write_text("at: 2026-03-29 01:30\n")
    (tmp_path / ".draft.yaml").write_text("skills: [draft\n")
    (tmp_path / "notes.txt").write_text("to do\n")
    plan = rules.load([tmp_path, tmp_path / "05-skills.yaml"])
    assert list(plan.agents) == ["luc", "amina"]
    assert plan.agents[AgentName("amina")].zone == ZoneInfo("Europe/Paris")


def test_a_list_may_stand_in_a_file_beside_the_rules(tmp_path: Path) -> None:
    (tmp_path / "vip.csv").write_bytes(
        b'\xef\xbb\xbfNumber;Name\r\n+33199005566;Ada\r\n\r\n# new\r\n"0123",x\r\n 100 \r\n'
    )
    plan = _load(tmp_path, "lists: {vip: {file: vip.csv}}\n")
    assert plan.lists == {"vip": {"+33199005566", "0123", "100"}}


def test_no_rules_at_all_are_a_plan(tmp_path: Path) -> None:
    assert _load(tmp_path, "# later\n") == Plan(ZoneInfo("UTC"))


def test_the_samples_are_right() -> None:
    assert rules.check(SAMPLES) == []
    assert len(rules.load(SAMPLES).agents) == 4


@pytest.mark.parametrize("was_on", [True, False])
def test_the_garbage_collector_is_left_as_it_was(tmp_path: Path, was_on: bool) -> None:
    before = gc.isenabled()
    try:
        (gc.enable if was_on else gc.disable)()
        rules.check(tmp_path)
        assert gc.isenabled() is was_on
    finally:
        (gc.enable if before else gc.disable)()


@pytest.mark.parametrize(
    ("paths", "complaint"),
    [
        ("nowhere", "nowhere: does not exist"),
        (["nowhere.yaml", "nobody.yaml"], "nobody.yaml: does not exist\nnowhere.yaml: does not exist"),
        ("list-is-a-folder.yaml", "list-is-a-folder.yaml:1:21: lists.vip.file: . cannot be read: Is a directory"),
    ],
)
def test_a_path_that_cannot_be_read_is_a_complaint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, paths: str | list[str], complaint: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("list-is-a-folder.yaml").write_text("lists: {vip: {file: .}}\n")
    assert "\n".join(one.headline for one in rules.check(paths)) == complaint


def test_the_plan_holds_nothing_of_the_yaml_that_it_came_from() -> None:
    assert b"telekit.rules.tree" not in pickle.dumps(rules.load(SAMPLES))


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("billing.test.yaml", b"tests: []\n", "holds tests of rules, not rules; `telekit test` runs them"),
        ("telekit.db", b"SQLite format 3\0\x10", "is a database, such as telekit's journal; name a file of rules"),
        ("telekit", b"\x7fELF\2\0\0", "is no text; name a file of rules"),
    ],
)
def test_a_file_that_is_something_else_is_told_so_once(
    tmp_path: Path, name: str, content: bytes, complaint: str
) -> None:
    (tmp_path / name).write_bytes(content)
    assert [str(found) for found in rules.check(tmp_path / name)] == [f"{tmp_path / name}: {complaint}"]


def test_settings_that_are_named_as_rules_are_told_so_once(tmp_path: Path) -> None:
    (tmp_path / "telekit.yaml").write_text("rules: rules\nasterisk: {host: 127.0.0.1}\nlookups: {crm: env:CRM}\n")
    (found,) = rules.check(tmp_path / "telekit.yaml")
    assert found.message == "these are telekit's settings, not rules"
    assert Settings.model_fields.keys() - SECTIONS.keys() >= OF_SETTINGS


def test_a_name_that_a_file_beside_declares_is_looked_for_there(tmp_path: Path) -> None:
    (tmp_path / "hours.yaml").write_text("shifts: {early: mon-fri 07:00-13:00}\n")
    (tmp_path / "queues.yaml").write_text("skills: [french]\n")
    amina = "{phone: sip:amina, shifts: early, skills: {french: 5, dutch: 5}}"
    (tmp_path / "agents.yaml").write_text(f"agents: {{amina: {amina}}}\n")
    hints = {found.message: found.hint for found in rules.check(tmp_path / "agents.yaml")}
    assert hints["unknown shift 'early'"] == f"{tmp_path}/hours.yaml declares it: name that too, or its folder"
    assert hints["unknown skill 'french'"] == f"{tmp_path}/queues.yaml declares it: name that too, or its folder"
    assert hints["unknown skill 'dutch'"] == "declare it under 'skills'"


def test_rules_that_are_named_as_settings_are_told_so_once(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text("timezone: Europe/Paris\nagents: {}\n")
    with pytest.raises(SettingsError, match="holds rules, not settings: name them behind the verb"):
        load_settings(tmp_path / "rules.yaml")
