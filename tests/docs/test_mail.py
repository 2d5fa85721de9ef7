"""The sample hook: a real program and a real mail server on loopback, with a certificate and a password."""

import asyncio
import json
import ssl
import subprocess
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

MAIL = Path(__file__).parents[2] / "docs/samples/hooks/mail.py"
PASSWORD = "lab-password-of-the-mail-account"
WHO = {"agent": "amina", "name": "Amina Benali", "language": "fr", "phones": ["sip:amina"], "login": "roster"}
REMINDER = {"notice": "reminder", **WHO, "shift": "early", "begins_at": "2026-11-23T07:00+01:00"}


class AnyPort(Controller):
    """Listens at a port that the kernel chooses."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class Sink:
    """A mail server that keeps what it takes."""

    def __init__(self, folder: Path, certificate: trustme.LeafCert) -> None:
        self.folder = folder
        self.messages: list[EmailMessage] = []
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        certificate.configure_cert(tls)
        self.controller = AnyPort(
            self,
            hostname="127.0.0.1",
            port=0,
            tls_context=tls,
            require_starttls=True,
            auth_required=True,
            authenticator=self._authenticate,
        )

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        assert envelope.rcpt_tos == [message["To"]]
        self.messages.append(message)
        return "250 taken"

    def _authenticate(self, _server: object, _session: object, _envelope: object, _how: str, told: Any) -> AuthResult:
        fits = isinstance(told, LoginPassword) and (told.login, told.password) == (b"telekit", PASSWORD.encode())
        return AuthResult(success=fits, handled=False)

    def send(self, notice: dict[str, Any], **environment: str) -> "subprocess.CompletedProcess[str]":
        """Run the sample as telekit does."""
        return subprocess.run(
            [MAIL, "addresses.json", "telekit@example.org", "localhost", str(self.controller.port)],
            cwd=self.folder,
            env={"PATH": "/usr/bin:/bin", "MAIL_USER": "telekit", "MAIL_PASSWORD": PASSWORD, **environment},
            input=json.dumps(notice),
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Sink]:
    """Give a mail server that runs, in a folder with its authority's certificate and a file of addresses."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    (tmp_path / "addresses.json").write_text('{"amina": "amina@example.org"}')
    sink = Sink(tmp_path, authority.issue_cert("localhost"))
    sink.controller.start()
    yield sink
    sink.controller.stop()


def trusted(sink: Sink) -> dict[str, str]:
    return {"SSL_CERT_FILE": str(sink.folder / "authority.pem")}


def test_a_reminder_is_sent_in_french(sink: Sink) -> None:
    done = sink.send(REMINDER, **trusted(sink))
    assert (done.returncode, done.stderr) == (0, "")
    (message,) = sink.messages
    assert (message["From"], message["To"]) == ("telekit@example.org", "amina@example.org")
    assert message["Subject"] == "Vos horaires commencent à 07:00, et votre téléphone n'est pas enregistré"
    hello, _, text, *rest = message.get_content().splitlines()
    assert (hello, text[:49]) == ("Bonjour Amina Benali,", "vos horaires commencent à 07:00, et aucun de vos ")
    text = "\n".join([text, *rest])
    assert "*79" in text
    assert "*71" not in text


def test_who_logs_in_by_code_is_told_to_in_english(sink: Sink) -> None:
    sink.send(REMINDER | {"language": "en", "login": "code"}, **trusted(sink))
    (message,) = sink.messages
    assert message["Subject"] == "Your shift begins at 07:00, and your phone is not registered"
    assert "log in: dial *71." in message.get_content()


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("resuming", {"en": "Dial *74 when you are back.", "fr": "Composez le *74 à votre retour."}),
        ("registering", {"en": "registered again", "fr": "de nouveau enregistré"}),
        ("hanging-up", {"en": "free again", "fr": "de nouveau libre"}),
        ("by-itself", {"en": "in 10 min", "fr": "dans 10 min"}),
    ],
)
def test_who_is_kept_away_is_told_how_it_ends(sink: Sink, language: str, how: str, words: dict[str, str]) -> None:
    back = {"how": how, "in": 598.2 if how == "by-itself" else None, "missed": "no-answer"}
    notice = {"notice": "kept-away", **WHO, "language": language, "reason": "2 missed offers", "back": back}
    assert sink.send(notice, **trusted(sink)).returncode == 0
    (message,) = sink.messages
    assert words[language] in message.get_content()


def test_a_server_that_this_machine_does_not_trust_gets_neither_password_nor_message(sink: Sink) -> None:
    done = sink.send(REMINDER)
    assert done.returncode == 1
    assert "certificate verify failed" in done.stderr
    assert sink.messages == []


@pytest.mark.parametrize(
    ("notice", "environment", "complaint"),
    [
        (REMINDER, {"MAIL_PASSWORD": "another"}, "Authentication credentials invalid"),
        (REMINDER | {"agent": "luc"}, {}, "addresses.json has no address for luc"),
    ],
)
def test_what_goes_wrong_is_told_in_one_line(
    sink: Sink, notice: dict[str, Any], environment: dict[str, str], complaint: str
) -> None:
    done = sink.send(notice, **trusted(sink), **environment)
    assert done.returncode == 1
    assert complaint in done.stderr.splitlines()[-1]
    assert PASSWORD not in done.stderr
    assert sink.messages == []


def test_a_notice_of_a_later_telekit_is_left_alone(sink: Sink) -> None:
    assert sink.send({"notice": "another", **WHO}).returncode == 0
    assert sink.messages == []
