"""What is written for FreeSWITCH from a plan."""

import re
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from telekit.domain.plan import Plan
from telekit.errors import SettingsError, UnsafeValue
from telekit.pbx.freeswitch.render.element import element
from telekit.pbx.freeswitch.render.fusionpbx import render_rows
from telekit.pbx.freeswitch.render.options import Options
from telekit.pbx.freeswitch.render.render import render
from telekit.pbx.freeswitch.render.where import calling_telekit
from telekit.pbx.freeswitch.rights import CALLING, COMMANDS, EVENTS_ALLOWED, LONGEST_REPLY
from telekit.pbx.render.listener import Listener, Transport
from telekit.pbx.render.passwords import Secrets
from telekit.pbx.render.stamp import VARIABLE, Stamp
from tests.pbx.asterisk.render.test_hostile_names import FIELDS, MAY_BE_ANYTHING, hostile, plan_with
from tests.pbx.asterisk.render.test_render import NOW, PASSWORDS, RULES, plan_of
from tests.pbx.freeswitch.render.dialplan import parsed

PROJECT = Path(__file__).parents[4]
SHIPPED = PROJECT / "dialplans/freeswitch"
OPTIONS = Options("telekit", gateway="carrier")


def written(plan: Plan, options: Options = OPTIONS, secret: str = "esl-secret") -> dict[str, Element]:
    names = {phone.address for agent in plan.agents.values() for phone in agent.phones}
    secrets = Secrets(secret, dict.fromkeys(names, "0123456789abcdef") | PASSWORDS)
    return {name: parsed(file.text) for name, file in render(plan, options, secrets, NOW).items()}


def params(found: Element | None) -> dict[str, str]:
    assert found is not None
    return {each.get("name", ""): each.get("value", "") for each in found.iter("param")}


def test_phones_come_in_by_tls_with_srtp_and_a_password_alone(tmp_path: Path) -> None:
    told = params(written(plan_of(tmp_path))["profile.xml"])
    assert told["tls-only"] == told["require-secure-rtp"] == told["auth-calls"] == "true"
    assert told["accept-blind-reg"] == told["accept-blind-auth"] == "false"
    assert told["tls-sip-port"] == "5061"
    assert "sip-port" not in told


def test_a_profile_is_told_otherwise_or_not_written(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    options = replace(OPTIONS, transport=Transport.UDP, srtp=False, listener=Listener("192.0.2.1", 5080))
    told = params(written(plan, options)["profile.xml"])
    assert (told["sip-ip"], told["sip-port"]) == ("192.0.2.1", "5080")
    assert not {"tls", "require-secure-rtp"} & set(told)
    without = written(plan, replace(OPTIONS, listener=None))
    assert "profile.xml" not in without
    assert "sofia_contact(*/" in params(without["directory.xml"])["dial-string"]


def test_behind_address_translation_phones_elsewhere_are_told_the_public_address(tmp_path: Path) -> None:
    plan, options = plan_of(tmp_path), replace(OPTIONS, listener=Listener(public_address="198.51.100.7"))
    told = params(written(plan, options)["profile.xml"])
    assert (told["sip-ip"], told["rtp-ip"]) == ("auto", "auto")
    assert told["ext-sip-ip"] == told["ext-rtp-ip"] == "198.51.100.7"
    rows = render_rows(plan, options, "/etc/freeswitch/telekit/everything.xml", "pbx.example.org")
    assert "('ext-rtp-ip', '198.51.100.7')" in rows
    assert not {"ext-sip-ip", "ext-rtp-ip"} & set(params(written(plan)["profile.xml"]))


def test_only_sip_phones_have_accounts_and_telekits_user_is_no_phone(tmp_path: Path) -> None:
    users = {user.get("id"): params(user) for user in written(plan_of(tmp_path))["directory.xml"].iter("user")}
    assert set(users) == {"luc", "amina", "telekit"}
    assert users["amina"] == {"password": PASSWORDS["amina"]}
    assert "password" not in users["telekit"]
    assert users["telekit"]["allow-empty-password"] == "false"


def test_where_phones_have_accounts_elsewhere_there_is_telekits_user_alone(tmp_path: Path) -> None:
    options = replace(OPTIONS, domain="pbx.example.org", control="telekit")
    directory = written(plan_of(tmp_path), options)["directory.xml"]
    assert [domain.get("name") for domain in directory.iter("domain")] == ["telekit"]
    assert [user.get("id") for user in directory.iter("user")] == ["telekit"]


def test_telekits_user_may_run_what_telekit_runs(tmp_path: Path) -> None:
    directory = written(plan_of(tmp_path))["directory.xml"]
    rights = params(directory.find(".//user[@id='telekit']"))
    assert rights["esl-allowed-api"].split() == list(COMMANDS)
    assert rights["esl-allowed-log"] == "false"
    known = {f"esl-{name}" for name in ("password", "allowed-log", "allowed-events", "allowed-api")}
    assert {name for name in rights if name.startswith("esl-")} == known
    run = {
        command
        for file in (PROJECT / "telekit/pbx/freeswitch").glob("*.py")
        for command in re.findall(r"(?:_link\.(?:api|job)|_ask_of)\(\s*f?\"(\w+)", file.read_text())
    }
    assert run
    assert run <= {*COMMANDS, *CALLING}


def test_only_where_rules_offer_callbacks_may_telekits_user_make_calls(tmp_path: Path) -> None:
    rules = RULES + "      - {after: 4m, offer: callback}\n"
    directory = written(plan_of(tmp_path, rules))["directory.xml"]
    assert "originate" in params(directory.find(".//user[@id='telekit']"))["esl-allowed-api"].split()


def test_the_answer_to_the_login_fits() -> None:
    events, commands = " ".join(EVENTS_ALLOWED), " ".join((*COMMANDS, *CALLING))
    told = f"~Reply-Text: +OK accepted\nAllowed-Events: {events}\nAllowed-API: {commands}\nAllowed-LOG: false\n\n"
    assert len(told) < LONGEST_REPLY


def test_agents_are_in_the_line_of_each_step_that_their_skills_allow(tmp_path: Path) -> None:
    tiers = [each.attrib for each in written(plan_of(tmp_path))["tiers.xml"]]
    lines = {
        number: [
            (tier["agent"], tier["level"]) for tier in tiers if tier["queue"].startswith(f"telekit-billing-{number}-")
        ]
        for number in (1, 2, 3)
    }
    assert lines[1] == [("telekit-amina", "1")]
    assert sorted(lines[2]) == [("telekit-amina", "1"), ("telekit-zoe", "2")]
    assert sorted(lines[3]) == [("telekit-amina", "1"), ("telekit-luc", "3"), ("telekit-zoe", "2")]


def test_a_turn_of_the_wait_ends_when_the_next_step_begins(tmp_path: Path) -> None:
    turns = [params(queue)["max-wait-time"] for queue in written(plan_of(tmp_path))["queues.xml"]]
    assert turns == ["30", "60", "60"]


def test_who_is_no_longer_rung_in_a_line_is_not_in_that_of_its_name(tmp_path: Path) -> None:
    then = written(plan_of(tmp_path))
    now = written(plan_of(tmp_path, RULES.replace("{french: 5, billing: 7}", "{french: 3, billing: 7}")))
    stale = {tier.get("queue") for tier in then["tiers.xml"] if tier.get("level") == "1"}
    assert not stale & {queue.get("name") for queue in now["queues.xml"]}
    led = {each for context in now["fallback.xml"] for each in _callcenters(context)}
    assert led == {queue.get("name") for queue in now["queues.xml"]}


def _callcenters(context: Element) -> list[str]:
    return [each.get("data", "") for each in context.iter("action") if each.get("application") == "callcenter"]


@pytest.mark.parametrize(
    ("strategy", "native"),
    [("longest-idle", "longest-idle-agent"), ("ring-all", "ring-all"), ("fixed", "sequentially-by-agent-order")],
)
def test_a_strategy_becomes_the_nearest_of_mod_callcenters(tmp_path: Path, strategy: str, native: str) -> None:
    queue = written(plan_of(tmp_path, strategy=strategy))["queues.xml"].find("queue")
    assert params(queue)["strategy"] == native


def test_an_agent_at_a_number_is_asked_for_the_key_and_left_out_without_a_gateway(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    bridges = steps(written(plan)["fallback.xml"], "telekit-agent-zoe", "bridge")
    assert len(bridges) == 1
    assert "group_confirm_key=1" in bridges[0]
    assert bridges[0].endswith("sofia/gateway/carrier/+33199005513")
    without = written(plan, replace(OPTIONS, gateway=None))
    assert "zoe" not in {tier.get("agent") for tier in without["tiers.xml"]}


def test_no_phone_that_the_fallback_rings_forwards_the_call_or_is_shown_to_the_caller(tmp_path: Path) -> None:
    fallback = written(plan_of(tmp_path))["fallback.xml"]
    bridges = [step.get("data", "") for step in fallback.iter("action") if step.get("application") == "bridge"]
    phones = [bridge for bridge in bridges if "}user/" in bridge or "}sofia/" in bridge]
    assert phones
    assert all("outbound_redirect_fatal=true" in bridge for bridge in phones)
    assert all("sip_callee_id_number=anonymous" in bridge for bridge in phones)
    assert all("ignore_display_updates=true" in bridge for bridge in bridges)


def steps(fallback: Element, context: str, application: str) -> list[str]:
    found = fallback.find(f"context[@name='{context}']")
    assert found is not None
    return [each.get("data", "") for each in found.iter("action") if each.get("application") == application]


def test_the_fallback_carries_its_moment_and_the_sum_of_its_rules(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    (stamp,) = (each.get("data", "") for each in written(plan)["fallback.xml"].iter("X-PRE-PROCESS"))
    assert Stamp.parse(stamp.removeprefix(f"{VARIABLE}=")) == Stamp.of(plan, NOW)


def test_what_holds_secrets_or_speaks_of_people_is_for_freeswitch_alone(tmp_path: Path) -> None:
    files = render(plan_of(tmp_path), OPTIONS, Secrets("esl-secret", PASSWORDS), NOW)
    assert {name for name, file in files.items() if file.mode == 0o600} == {"directory.xml"}
    assert all(file.mode & 0o007 == 0 for file in files.values())
    others = "".join(file.text for name, file in files.items() if name != "directory.xml")
    assert not any(secret in others for secret in ("esl-secret", *PASSWORDS.values()))


def test_numbers_that_come_in_with_others_are_led_without_what_follows_them(tmp_path: Path) -> None:
    rules = RULES + "routes:\n  - {when: {dialed: +33199001234}, queue: billing}\n"
    for condition in written(plan_of(tmp_path, rules))["public.xml"].iter("condition"):
        expression = condition.get("expression", "")
        assert re.fullmatch(expression, "+33199001234")
        assert not re.fullmatch(expression, "+33199001234 XML default")


def test_a_call_to_what_is_no_number_is_refused_as_one_to_an_unknown_number() -> None:
    incoming = parsed((SHIPPED / "dialplan.xml").read_text()).find("context[@name='telekit-in']")
    assert incoming is not None
    first = incoming[0][0]
    assert [(each.get("application"), each.get("data")) for each in first] == [("hangup", "UNALLOCATED_NUMBER")]
    refused = [dialled for dialled in ("", "_X.", ";5", "+33199001234", "5", "+") if _fits(first, dialled)]
    assert refused == ["", "_X.", ";5"]


def _fits(condition: Element, dialled: str) -> bool:
    assert condition.get("field") == "destination_number"
    return re.search(condition.get("expression", ""), dialled) is not None


@pytest.mark.parametrize(("listens", "called"), [("192.0.2.7", "192.0.2.7"), ("::1", "[::1]"), ("::", "127.0.0.1")])
def test_the_dialplan_calls_telekit_where_it_listens(listens: str, called: str) -> None:
    shipped = (SHIPPED / "dialplan.xml").read_text()
    text = calling_telekit(shipped, replace(OPTIONS, calls_host=listens, calls_port=4600, sounds="/own/sounds"))
    assert text.count(f'"{called}:4600 async full"') == shipped.count('"socket"')
    assert "/own/sounds/${default_language}/telekit/fault.wav" in text
    with pytest.raises(SettingsError, match="install telekit again"):
        calling_telekit("<include/>", OPTIONS)


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.xml")), ids=lambda path: path.name)
def test_what_is_shipped_is_xml_whose_includes_freeswitch_sees(path: Path) -> None:
    text = path.read_text()
    parsed(text)
    # A line with one of these is dropped whole.
    assert [line for line in text.splitlines() if "include>" in line] == ["<include>", "</include>"]
    told = [line for line in text.splitlines() if "x-pre-process" in line.casefold()]
    assert all(line.startswith("<X-PRE-PROCESS ") and line.endswith("/>") for line in told)


@given(
    st.sampled_from(FIELDS), hostile | st.sampled_from(["X-Pre-Process", "$${x}", "<include>", "a/b", "a|b", "^^:a"])
)
@example("full_name", 'Zoé X-PRE-PROCESS "${EVIL}" <include> $${EVIL}')
@example("queue", "x}EVIL")
def test_a_text_is_refused_or_stands_there_as_the_plain_word_that_it_is(field: str, text: str) -> None:
    try:
        files = written(plan_with(field, text))
    except (UnsafeValue, SettingsError):
        assert field not in MAY_BE_ANYTHING, f"{field} is shown to people only: any text goes"
        return
    plain = written(plan_with(field, "plain" if field not in ("number", "listed", "dialed", "prefix") else "+331"))
    for name, found in files.items():
        assert shape(found) == shape(plain[name])


def shape(found: Element) -> list[tuple[str, dict[str, str]]]:
    """Give elements with the words in their attributes made equal, so that what is left is what FreeSWITCH parses."""
    return [
        (each.tag, {key: re.sub(r"[\w.+*#'\\-]+( [\w.'-]+)*", "w", value) for key, value in each.attrib.items()})
        for each in found.iter()
    ]


@pytest.mark.parametrize("text", ["$${local_ip_v4}", "x-pre-process", "<include>", "<!--#set", "a&b", '"'])
def test_a_value_is_no_order_to_freeswitchs_pre_processor(text: str) -> None:
    line = element("param", value=text)
    assert parsed(line).get("value") == text
    assert "$${" not in line
    assert "x-pre-process" not in line.casefold()
    assert line.count("<") == 1


@given(hostile)
def test_an_option_is_refused_or_plain(text: str) -> None:
    for field in ("domain", "user", "gateway", "calls_host", "certificates", "sounds", "messages"):
        try:
            options = replace(OPTIONS, **{field: text})
        except SettingsError:
            continue
        assert re.fullmatch(r"[A-Za-z0-9_.:/-]+", str(getattr(options, field)))


@pytest.mark.parametrize("secret", ["", "a b", "a\nb", "é"])
def test_a_secret_that_the_event_socket_would_read_otherwise_is_refused(tmp_path: Path, secret: str) -> None:
    with pytest.raises(UnsafeValue) as refused:
        written(plan_of(tmp_path), secret=secret)
    assert not secret or secret not in str(refused.value)
