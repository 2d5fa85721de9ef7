"""An Asterisk with telekit's files in it as an administrator puts them there: one #include each."""

import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from telekit.domain.plan import Plan
from telekit.pbx.asterisk.agi.server import AgiServer
from telekit.pbx.asterisk.render.options import Options
from telekit.pbx.asterisk.render.render import render
from telekit.pbx.asterisk.render.where import calling_telekit
from telekit.pbx.port import Script
from telekit.pbx.render.endpoints import endpoints
from telekit.pbx.render.passwords import Secrets
from telekit.rules import load
from tests.lab import accounts, sound
from tests.lab.asterisk import Asterisk
from tests.lab.phones import Phone
from tests.lab.tree import Tree

SHIPPED = Path(__file__).parents[2] / "dialplans/asterisk"
INCLUDING = ("extensions.conf", "manager.conf", "pjsip.conf", "musiconhold.conf", "queues.conf")
OPTIONS = Options(listener=None, srtp=False, trunk="carrier")
"""The lab's pjsip.conf has transports, and its trunk is named so."""
AMI_SECRET = "ami;secret"  # with the one character that Asterisk's files need escaped
NETWORK = """
[network]
type = endpoint
context = network
disallow = all
allow = alaw
direct_media = no
aors = network

[network]
type = aor
contact = sip:127.0.0.1:5060

[network]
type = identify
endpoint = network
match = 127.0.0.1
"""
"""The public network is the same Asterisk once more, whose context `network` leads to phones."""
PROMPT, BEEP = 440, 1300
"""Hertz of what stands for each prompt here, and for the beep: these tests are not about what is said."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def rules_now(more: str = "") -> str:
    """Return rules by which amina works all day and luc does not work today, seen from any time of the day."""
    another_day = DAYS[(datetime.now(UTC).weekday() + 3) % 7]
    return f"""\
timezone: Europe/Paris
skills: [french]
shifts:
  always: mon-sun 00:00-24:00
  another-day: {another_day} 10:00-11:00
agents:
  luc: {{name: Luc Moreau, phone: sip:luc, skills: {{french: 9}}, shifts: [another-day]}}
  amina: {{name: Amina Benali, phone: sip:amina, skills: {{french: 5}}, shifts: [always]}}
queues:
  support: {{requires: {{french: 5}}, strategy: fixed, ring: 20s}}
routes:
  - {{when: {{dialed: +33199001234}}, queue: support}}
{more}"""


def plan_of(folder: Path, rules: str) -> Plan:
    """Read rules from their text."""
    file = folder / "rules.yaml"
    file.write_text(rules)
    return load([file])


def password(endpoint: str) -> str:
    """Return the password that a phone has in these tests."""
    return f"{endpoint}-0123456789-password"


def asterisk_beside(
    folder: Path,
    tree: Tree,
    plan: Plan,
    *,
    options: Options = OPTIONS,
    now: datetime | None = None,
    more: Mapping[str, str] | None = None,
    callers_to: str = "telekit-in",
    calls: str | None = None,
) -> Asterisk:
    """Make an Asterisk with all of telekit's files; `more` is the administrator's own text before the #include.

    Callers come by a trunk named carrier, to the context `callers_to`. `calls` is the secret of the account that makes
    calls, if there is one.
    """
    telekit = folder / "etc/telekit"
    telekit.mkdir(parents=True)
    for name in INCLUDING:
        shutil.copy(SHIPPED / name, telekit)
    dialplan = telekit / "extensions.conf"
    dialplan.write_text(calling_telekit(dialplan.read_text(), options))
    secrets = Secrets(AMI_SECRET, {endpoint: password(endpoint) for endpoint in endpoints(plan)}, calls)
    written = render(plan, options, secrets, now or datetime.now(UTC) - timedelta(minutes=1))
    for name, file in written.items():
        (telekit / name).write_text(file.text)
    own = {name: (more or {}).get(name, "") for name in INCLUDING}
    own["pjsip.conf"] += accounts.trunk(context=callers_to)
    config = {name: f"{text}\n#include telekit/{name}\n" for name, text in own.items()}
    prompts = folder / "prompts"
    prompts.mkdir()
    for prompt in (SHIPPED / "sounds/en/telekit").iterdir():
        sound.write_wav(prompts / f"{prompt.stem}.wav", sound.tone(PROMPT, 0.3))
    beep = sound.write_wav(folder / "beep.wav", sound.tone(BEEP, 0.3))
    return Asterisk(folder, tree, config, sounds={"en/telekit": prompts, "en/beep.wav": beep})


@asynccontextmanager
async def telekit(*, trunk: str | None = None, **scripts: Script) -> AsyncIterator[AgiServer]:
    """Take calls with these scripts; at the end every call is let go at once, as when telekit dies."""
    server = AgiServer(scripts, trunk=trunk)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


def home_phone(asterisk: Asterisk, endpoint: str, number: int, *, answers: bool = False) -> Phone:
    """Make a phone at home; enter it to register it."""
    address = f"127.0.0.{10 + number}"
    return Phone(asterisk, endpoint, password(endpoint), address=address, answers=answers)
