"""What is written from a plan."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from telekit.callflow.prompts import prompt_named
from telekit.domain.plan import Plan
from telekit.errors import SettingsError, UnsafeValue
from telekit.pbx.asterisk.agi.dial import CONFIRM, NOT_YET
from telekit.pbx.asterisk.render.accounts import render_accounts
from telekit.pbx.asterisk.render.fallback import render_fallback
from telekit.pbx.asterisk.render.members import render_queues
from telekit.pbx.asterisk.render.options import Options
from telekit.pbx.asterisk.render.render import render
from telekit.pbx.asterisk.render.where import calling_telekit
from telekit.pbx.render import word
from telekit.pbx.render.endpoints import endpoints
from telekit.pbx.render.listener import Listener
from telekit.pbx.render.listener import Transport as Protocol
from telekit.pbx.render.passwords import Secrets
from telekit.rules import load

SHIPPED = Path(__file__).parents[4] / "dialplans/asterisk"
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
PASSWORDS = {name: f"{name}-0123456789-password" for name in ("amina", "luc", "zoe")}
RULES = """
timezone: Europe/Paris
skills: [french, billing]
shifts: {early: mon-fri 07:00-13:00, late: mon-fri 13:00-20:00}
agents:
  luc: {name: Luc, phone: [sip:luc, tel:+33199005512], skills: {french: 9, billing: 2}, shifts: [late]}
  amina: {name: "Amina d'Été", phone: sip:amina, skills: {french: 5, billing: 7}, shifts: [early]}
  zoe: {name: Zoé, phone: tel:+33199005513, skills: {french: 3, billing: 9}, shifts: [early]}
queues:
  billing:
    requires: {french: 5, billing: 5}
    strategy: STRATEGY
    ring: 25s
    wrap_up: 30s
    steps:
      - {after: 30s, requires: {french: 3, billing: 5}}
      - {after: 90s, requires: {french: 3}}
"""


def plan_of(tmp_path: Path, rules: str = RULES, strategy: str = "longest-idle") -> Plan:
    file = tmp_path / "rules.yaml"
    file.write_text(rules.replace("STRATEGY", strategy))
    return load([file])


def section(text: str, name: str) -> str:
    """Return a section's or context's lines."""
    found = re.search(rf"^\[{re.escape(name)}\].*?(?=^\n|^\[|\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"no [{name}] in\n{text}"
    return found[0]


def test_a_phone_gets_tls_and_srtp_unless_told_otherwise(tmp_path: Path) -> None:
    text = render_accounts(plan_of(tmp_path), Options(), PASSWORDS)
    transport = section(text, "telekit-transport")
    assert "protocol = tls" in transport
    assert "bind = 0.0.0.0:5061" in transport
    assert "cert_file = /etc/asterisk/keys/telekit.pem" in transport
    assert text.count("media_encryption = sdes") == 2


def test_a_phone_is_told_otherwise(tmp_path: Path) -> None:
    options = Options(transport=Protocol.UDP, srtp=False, listener=Listener("192.0.2.1", 5080))
    text = render_accounts(plan_of(tmp_path), options, PASSWORDS)
    transport = section(text, "telekit-transport")
    assert "protocol = udp" in transport
    assert "bind = 192.0.2.1:5080" in transport
    assert "cert_file" not in transport
    assert text.count("media_encryption = no") == 2


def test_behind_address_translation_phones_elsewhere_are_told_the_public_address(tmp_path: Path) -> None:
    options = Options(listener=Listener(public_address="198.51.100.7"))
    transport = section(render_accounts(plan_of(tmp_path), options, PASSWORDS), "telekit-transport")
    assert "external_signaling_address = 198.51.100.7" in transport
    assert "external_media_address = 198.51.100.7" in transport
    assert "local_net = 192.168.0.0/16" in transport


def test_no_transport_is_written_where_the_administrator_has_one(tmp_path: Path) -> None:
    assert "telekit-transport" not in render_accounts(plan_of(tmp_path), Options(listener=None), PASSWORDS)


def test_only_sip_phones_have_accounts(tmp_path: Path) -> None:
    assert endpoints(plan_of(tmp_path)) == {"luc": "Luc", "amina": "Amina d'Été"}


def test_an_account_knows_its_agent_and_password(tmp_path: Path) -> None:
    text = render_accounts(plan_of(tmp_path), Options(realm="example.org"), PASSWORDS)
    assert 'callerid = "Amina d\'Été" <amina>' in text
    assert "password = amina-0123456789-password\nrealm = example.org\n" in text


def test_two_phones_that_asterisk_would_mix_up_are_refused(tmp_path: Path) -> None:
    rules = RULES.replace("phone: sip:amina", "phone: sip:LUC")
    with pytest.raises(SettingsError, match="sip:luc and sip:LUC differ in capitals only"):
        render_accounts(plan_of(tmp_path, rules), Options(), PASSWORDS)


def test_agents_are_members_from_the_step_on_that_their_skills_allow(tmp_path: Path) -> None:
    queue = section(render_queues(plan_of(tmp_path), Options(trunk="carrier")), "telekit-billing")
    assert re.findall(r"^member => (.*)$", queue, re.MULTILINE) == [
        "Local/s@telekit-agent-luc/n,3,luc",
        "Local/s@telekit-agent-amina/n,1,amina,PJSIP/amina",
        "Local/s@telekit-agent-zoe/n,2,zoe",
    ]


def test_without_a_trunk_nobody_is_rung_at_a_number(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    assert "zoe" not in render_queues(plan, Options())
    assert "+33199005512" not in render_fallback(plan, NOW, Options())
    assert "Local/s@telekit-agent-luc/n,3,luc,PJSIP/luc" in render_queues(plan, Options())


def test_an_agent_at_a_number_gets_time_to_press_the_key(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    assert "timeout = 25\n" in render_queues(plan, Options())
    assert "timeout = 55\n" in render_queues(plan, Options(trunk="carrier"))
    assert f"Dial(PJSIP/+33199005512@carrier,25,iIb({NOT_YET}^s^1)U({CONFIRM}))" in render_fallback(
        plan, NOW, Options(trunk="carrier")
    )


@pytest.mark.parametrize(
    ("strategy", "native"),
    [
        ("longest-idle", "leastrecent"),
        ("fewest-calls", "fewestcalls"),
        ("round-robin", "rrmemory"),
        ("ring-all", "ringall"),
        ("fixed", "linear"),
        ("most-skilled", "linear"),
    ],
)
def test_a_strategy_becomes_the_nearest_of_asterisks(tmp_path: Path, strategy: str, native: str) -> None:
    assert f"strategy = {native}\n" in render_queues(plan_of(tmp_path, strategy=strategy), Options())


def test_the_skilled_stand_in_their_order_where_skill_decides(tmp_path: Path) -> None:
    rules = RULES.replace("{french: 9, billing: 2}", "{french: 9, billing: 9}")
    plan = plan_of(tmp_path, rules, "most-skilled")
    assert re.findall(r"agent-(\w+)/n,1", render_queues(plan, Options())) == ["luc", "amina"]
    plan = plan_of(tmp_path, rules, "least-skilled")
    assert re.findall(r"agent-(\w+)/n,1", render_queues(plan, Options())) == ["amina", "luc"]


def test_steps_open_the_queue_to_more_agents_as_the_caller_waits(tmp_path: Path) -> None:
    queue = section(render_fallback(plan_of(tmp_path), NOW, Options()), "telekit-queue-billing")
    assert re.findall(r"(\d+)\]\?Set\(QUEUE_MAX_PENALTY=(\d)\)", queue) == [("30", "2"), ("90", "3")]


def test_agents_with_the_same_shifts_share_a_gate(tmp_path: Path) -> None:
    text = render_fallback(plan_of(tmp_path), NOW, Options(trunk="carrier"))
    gates = {
        name: re.findall(r"Gosub\((telekit-hours-\d+)", section(text, f"telekit-agent-{name}")) for name in PASSWORDS
    }
    assert gates["amina"] == gates["zoe"] != gates["luc"]


def test_the_dialplan_is_the_same_for_the_same_plan_and_moment(tmp_path: Path) -> None:
    assert render_fallback(plan_of(tmp_path), NOW, Options()) == render_fallback(plan_of(tmp_path), NOW, Options())


@pytest.mark.parametrize(
    ("listens", "called"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("telekit.example.org", "telekit.example.org"),
        ("::1", "[::1]"),
        ("0.0.0.0", "127.0.0.1"),
        ("::", "127.0.0.1"),
    ],
)
def test_the_dialplan_calls_telekit_where_it_listens(listens: str, called: str) -> None:
    shipped = (SHIPPED / "extensions.conf").read_text()
    text = calling_telekit(shipped, Options(agi_host=listens, agi_port=4600))
    assert (
        text.count(f"?{called}:${{TELEKIT_HOST}})") == text.count("?4600:${TELEKIT_PORT})") == shipped.count("agi://${")
    )


def test_a_dialplan_that_does_not_say_where_telekit_is_is_refused() -> None:
    with pytest.raises(SettingsError, match="install telekit again"):
        calling_telekit("[telekit-in]\n", Options())


def test_an_empty_plan_hangs_up_who_has_no_route(tmp_path: Path) -> None:
    text = render_fallback(plan_of(tmp_path, "timezone: Europe/Paris\n"), NOW, Options())
    assert section(text, "telekit-fallback").endswith("same => n,Hangup()\n")


def test_what_holds_secrets_or_speaks_of_people_is_for_asterisk_alone(tmp_path: Path) -> None:
    files = render(plan_of(tmp_path), Options(), Secrets("ami;secret", PASSWORDS), NOW)
    assert {name: oct(file.mode) for name, file in files.items()} == {
        "phones.conf": "0o600",
        "account.conf": "0o600",
        "fallback.conf": "0o640",
        "fallback-queues.conf": "0o640",
    }
    assert "secret = ami\\;secret\n" in files["account.conf"].text
    shown = files["fallback.conf"].text + files["fallback-queues.conf"].text
    assert not any(secret in shown for secret in ("ami", *PASSWORDS.values()) if secret != "ami")


@pytest.mark.parametrize("secret", ["", " x", "x ", "a\nb", "a\\b", ">x", "é"])
def test_a_secret_that_asterisk_would_read_otherwise_is_refused(secret: str) -> None:
    with pytest.raises(UnsafeValue) as refused:
        word.secret(secret)
    assert secret.strip() == "" or secret not in str(refused.value)


@pytest.mark.parametrize("name", ["closed", "custom/hello"])
def test_a_prompt_is_the_one_that_telekit_itself_would_play(name: str) -> None:
    assert word.prompt(name) == prompt_named(name)


def test_a_number_outside_is_rung_through_the_trunk_and_then_what_else_the_rules_say(tmp_path: Path) -> None:
    rules = RULES + "    no_agent: {then: {number: +33199005500, ring: 45s, otherwise: voicemail}}\n"
    with_trunk, without = (
        render_fallback(plan_of(tmp_path, rules), NOW, Options(trunk=trunk)) for trunk in ("carrier", None)
    )
    nobody = section(with_trunk, "telekit-queue-billing").partition("n(nobody),")[2]
    first, then, *_ = nobody.splitlines()
    assert first == "Gosub(telekit-outside,s,1(+33199005500,45))"
    assert then == " same => n,Goto(telekit-voicemail,s,1)"
    assert "Dial(PJSIP/${ARG1}@carrier,${ARG2},giIf(${TELEKIT_DIALED}))" in section(with_trunk, "telekit-outside")
    assert "Dial" not in section(without, "telekit-outside")


def test_of_several_exits_the_last_holds_where_nobody_comes_back_to_a_place(tmp_path: Path) -> None:
    rules = RULES + "      - {after: 2m, go: {menu: stay}}\n      - {after: 8m, go: voicemail}\n"
    menus = "menus:\n  stay: {say: welcome, 1: {queue: billing}, nothing: hangup}\n"
    queue = section(render_fallback(plan_of(tmp_path, rules + menus), NOW, Options()), "telekit-queue-billing")
    assert "${TELEKIT_WAITED} >= 480]?exit)" in queue
    assert "telekit-menu-stay" not in queue


def test_in_the_fallback_a_route_that_asks_what_was_looked_up_takes_no_call(tmp_path: Path) -> None:
    rules = (
        'lookups:\n  crm: {get: "https://crm.example/{caller}", gives: segment}\n'
        "queues: {gold: {}, all: {}}\n"
        "routes:\n  - lookup: crm\n  - {name: golden, when: {segment: gold}, queue: gold}\n"
        "  - {name: others, queue: all}\n"
    )
    text = section(render_fallback(plan_of(tmp_path, rules), NOW, Options()), "telekit-fallback")
    assert "golden" not in text
    assert "others" in text


def test_numbers_see_the_companys_where_the_settings_name_it(tmp_path: Path) -> None:
    rules = RULES + "menus: {m: {say: welcome, 1: {number: +33199009911}, nothing: hangup}}\n"
    text = render_fallback(plan_of(tmp_path, rules), NOW, Options(trunk="carrier", number="+33199000000"))
    assert f"Dial(PJSIP/+33199005512@carrier,25,iIf(+33199000000)b({NOT_YET}^s^1)U({CONFIRM}))" in text
    assert "giIf(+33199000000))" in text
    assert "giIf(${TELEKIT_DIALED}))" in render_fallback(plan_of(tmp_path, rules), NOW, Options(trunk="carrier"))
