"""All that telekit writes for Asterisk, by file name; the shipped files beside them include these."""

from datetime import datetime

from telekit.domain.plan import Plan
from telekit.pbx.asterisk.render.account import render_account
from telekit.pbx.asterisk.render.accounts import render_accounts
from telekit.pbx.asterisk.render.fallback import render_fallback
from telekit.pbx.asterisk.render.members import render_queues
from telekit.pbx.asterisk.render.options import Options
from telekit.pbx.render.file import SECRET, RenderedFile
from telekit.pbx.render.passwords import Secrets


def render(plan: Plan, options: Options, secrets: Secrets, now: datetime) -> dict[str, RenderedFile]:
    """Write every file; their names are what the shipped files include.

    Raises `SettingsError` or `UnsafeValue` for what Asterisk's files cannot hold.
    """
    return {
        "phones.conf": RenderedFile(render_accounts(plan, options, secrets.passwords), SECRET),
        "account.conf": RenderedFile(render_account(options, secrets), SECRET),
        "fallback.conf": RenderedFile(render_fallback(plan, now, options)),
        "fallback-queues.conf": RenderedFile(render_queues(plan, options)),
    }
