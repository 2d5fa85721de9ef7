"""The settings file: what it says, where its paths lead, and how its mistakes are told."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from telekit.errors import SettingsError
from telekit.settings import AsteriskSettings, Settings, load_settings, read_secret, secret_variables

SECRET = "correct-horse:battery{staple"


def load(tmp_path: Path, text: str) -> Settings:
    file = tmp_path / "telekit.yaml"
    file.write_text(text)
    return load_settings(file)


def refused(tmp_path: Path, text: str) -> list[str]:
    """Give the complaint about a file, line by line, without its folder."""
    with pytest.raises(SettingsError) as raised:
        load(tmp_path, text)
    return str(raised.value).replace(f"{tmp_path}/", "").splitlines()


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n"])
def test_every_setting_has_a_default(tmp_path: Path, text: str) -> None:
    assert load(tmp_path, text) == Settings()


def test_values_are_what_was_written(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        """
rules: /etc/telekit/rules
scripts: scripts
agi: {port: 4574, allow: [10.0.0.0/8, 192.168.7.5, "fd00::/8"]}
asterisk: {secret: file:ami.secret, trunk: "0123"}
phones: {srtp: no, transport: udp}
""",
    )
    assert settings.rules == Path("/etc/telekit/rules")
    assert settings.scripts == Path("scripts")
    assert settings.agi.allow == (ip_network("10.0.0.0/8"), ip_network("192.168.7.5/32"), ip_network("fd00::/8"))
    assert settings.asterisk.trunk == "0123"
    assert settings.phones.srtp is False


def test_without_a_word_of_a_switch_there_is_an_asterisk_with_all_defaults(tmp_path: Path) -> None:
    assert load(tmp_path, "rules: rules\n").asterisk == AsteriskSettings()
    assert load(tmp_path, "rules: rules\n").freeswitch is None


def test_a_freeswitch_takes_the_place_of_the_asterisk(tmp_path: Path) -> None:
    settings = load(tmp_path, "freeswitch: {domain: pbx.example.org, calls: {port: 8085}}\n")
    assert settings.asterisk is None
    assert settings.freeswitch is not None
    assert (settings.freeswitch.port, settings.freeswitch.calls.port) == (8021, 8085)
    assert "TELEKIT_ESL_SECRET" in secret_variables(settings)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("rulez: x\n", "telekit.yaml:1:1: unknown key 'rulez'; did you mean 'rules'?"),
        ("agi:\n  port: 99999\n", "telekit.yaml:2:9: agi.port: must be at most 65535, not '99999'"),
        ("agi: {port: many}\n", "telekit.yaml:1:13: agi.port: expected a whole number, not 'many'"),
        ("agi: {allow: 10.0.0.0/8}\n", "telekit.yaml:1:14: agi.allow: expected a list, not '10.0.0.0/8'"),
        (
            "agi: {allow: [10.0.0.1/8]}\n",
            "telekit.yaml:1:15: agi.allow[1]: '10.0.0.1/8' is no network; did you mean '10.0.0.0/8'?",
        ),
        (
            "agi: {allow: [home]}\n",
            (
                "telekit.yaml:1:15: agi.allow[1]: 'home' is no network; "
                "write it as 192.168.7.0/24, or one address as 192.168.7.5"
            ),
        ),
        ("phones: {srtp: maybe}\n", "telekit.yaml:1:16: phones.srtp: expected true or false, not 'maybe'"),
        ("phones: {transport: tcp}\n", "telekit.yaml:1:21: phones.transport: unknown word 'tcp'; known are tls, udp"),
        ("asterisk: here\n", "telekit.yaml:1:11: asterisk: expected a mapping of keys to values, not 'here'"),
        ("rules: a\nrules: b\n", "telekit.yaml:2:1: 'rules' is written twice; the first is at telekit.yaml:1"),
        (
            "[rules]\n",
            "telekit.yaml:1:1: settings start with a key, such as 'rules:' or 'asterisk:', at the left margin",
        ),
        (
            "freeswitch: {port: 8022}\n",
            "telekit.yaml:1:1: freeswitch: 'domain' is missing, such as domain: pbx.example.org",
        ),
        (
            "asterisk: {port: 5039}\nfreeswitch: {domain: pbx}\n",
            (
                "telekit.yaml:1:1: asterisk: beside two switches, each must lead to the other; "
                "name the trunk as asterisk.to_freeswitch"
            ),
        ),
        (
            "handlers: handlers\nfreeswitch: {domain: pbx}\n",
            "telekit.yaml:1:11: handlers: handlers hear Asterisk's events, and there is no `asterisk`",
        ),
        *(
            (
                f"scripts: {nothing}\n",
                (
                    f"telekit.yaml:1:{1 if not nothing else 10}: scripts: nothing is written here; "
                    "write a value, or leave the key out"
                ),
            )
            for nothing in ("", "~", "null")
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, text: str, complaint: str) -> None:
    assert refused(tmp_path, text)[0] == complaint


def test_without_a_transport_of_telekits_own_nothing_may_be_said_of_it(tmp_path: Path) -> None:
    assert load(tmp_path, "phones: {own_transport: no, srtp: no}").phones.own_transport is False
    told = refused(tmp_path, "phones:\n  own_transport: false\n  port: 5071\n")
    assert told[0].startswith("telekit.yaml:3:9: phones.port: describes telekit's own transport")
    assert "leave the line out" in told[0]


def test_the_public_address_is_an_address(tmp_path: Path) -> None:
    assert str(load(tmp_path, "phones: {public_address: 198.51.100.7}").phones.public_address) == "198.51.100.7"
    told = refused(tmp_path, "phones: {public_address: pbx.example.org}\n")
    assert "'pbx.example.org' is no IPv4 address" in told[0]


def test_every_mistake_is_told_in_the_order_of_the_file(tmp_path: Path) -> None:
    told = refused(tmp_path, "agi: {port: x}\nrulez: x\nphones: {srtp: x}\n")
    assert [line.split(":")[1] for line in told if line.startswith("telekit.yaml")] == ["1", "2", "3"]


def test_a_mistake_is_shown_with_its_line_and_a_caret(tmp_path: Path) -> None:
    assert refused(tmp_path, "agi:\n  port: x\n")[1:] == ["  port: x", "        ^"]


def test_a_file_that_is_not_there_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="does not exist\nWrite the settings there, or name another file"):
        load_settings(tmp_path / "telekit.yaml")


@pytest.mark.parametrize(
    "text",
    [
        f"asterisk:\n  secret: {SECRET}\n",
        f"asterisk:\n  secret: '{SECRET}'\n",
        f"asterisk:\n  secret:\n    {SECRET}\n",
        f"asterisk:\n  secret: |\n    {SECRET}\n",
        f"asterisk:\n  secret: [{SECRET.replace('{', '')}]\n",
        f"asterisk:\n  secret: '{SECRET}\n",
        f"asterisk:\n  secert: {SECRET}\n",
        f"asterisk:\n  password: {SECRET}\n",
        f"asterisk: {{secret: '{SECRET}', prot: 1}}\n",
        f"asterisk: {{port: x, secret: '{SECRET}'}}\n",
        f"asterisk: secret: {SECRET}\n",
        f"secret: {SECRET}\n",
        f"ami: {{secret: '{SECRET}'}}\n",
    ],
)
def test_a_secret_that_is_written_in_clear_is_refused_and_never_shown(tmp_path: Path, text: str) -> None:
    told = "\n".join(refused(tmp_path, text))
    for part in ("correct", "horse", "battery", "staple"):
        assert part not in told


def test_where_a_secret_stands_in_clear_it_is_said_what_to_write(tmp_path: Path) -> None:
    assert refused(tmp_path, f"asterisk:\n  secret: {SECRET}\n") == [
        "telekit.yaml:2:11: asterisk.secret: a secret is never written here: name where it is, as env:NAME or file:PATH"
    ]


def test_what_is_no_secret_stays_readable_beside_one(tmp_path: Path) -> None:
    (complaint, line, _) = refused(tmp_path, "asterisk: {secret: env:S, port: x, username: me}\n")
    assert complaint.endswith("expected a whole number, not 'x'")
    assert line == "asterisk: {secret: env:S, port: x, username: me}"


def test_a_secret_comes_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMI", SECRET)
    assert read_secret("env:AMI", tmp_path) == SECRET


def test_a_secret_comes_from_a_file_beside_the_settings(tmp_path: Path) -> None:
    (tmp_path / "ami.secret").write_bytes(f"{SECRET}\r\n".encode())
    assert read_secret("file:ami.secret", tmp_path) == SECRET
    assert read_secret(f"file:{tmp_path}/ami.secret", Path("/elsewhere")) == SECRET


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty or has more than one line"),
        (b"\n", "is empty or has more than one line"),
        (b"one\ntwo\n", "is empty or has more than one line"),
        (b"one\rAction: Originate", "is empty or has more than one line"),
        (b"\xff\xfe", "is not text"),
        (None, "No such file"),
    ],
)
def test_a_file_that_holds_no_secret_is_told_with_what_to_do(tmp_path: Path, content: bytes | None, why: str) -> None:
    if content is not None:
        (tmp_path / "ami.secret").write_bytes(content)
    with pytest.raises(SettingsError, match=why) as raised:
        read_secret("file:ami.secret", tmp_path)
    assert "one" not in str(raised.value).replace("one plain", "").replace("one line", "")


def test_a_variable_that_is_not_set_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AMI", raising=False)
    with pytest.raises(SettingsError, match="The environment variable AMI is not set"):
        read_secret("env:AMI", tmp_path)


def test_the_secret_of_a_lookup_is_named_and_never_written(tmp_path: Path) -> None:
    file = tmp_path / "telekit.yaml"
    file.write_text("lookups: {crm: env:CRM_TOKEN, other: file:token}\n")
    assert load_settings(file).lookups == {"crm": "env:CRM_TOKEN", "other": "file:token"}
    file.write_text("lookups: {crm: hunter2}\n")
    with pytest.raises(SettingsError) as caught:
        load_settings(file)
    assert "a secret is never written here" in str(caught.value)
    assert "hunter2" not in str(caught.value)
