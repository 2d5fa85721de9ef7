"""All that telekit writes for FreeSWITCH, by file name; FreeSWITCH's own files include these."""

from datetime import datetime

from telekit.domain.plan import Plan
from telekit.pbx.freeswitch.render.callcenter import render_callcenter
from telekit.pbx.freeswitch.render.directory import render_directory
from telekit.pbx.freeswitch.render.fallback import render_fallback
from telekit.pbx.freeswitch.render.options import Options
from telekit.pbx.freeswitch.render.profile import render_profile
from telekit.pbx.freeswitch.render.public import render_public
from telekit.pbx.render.file import SECRET, RenderedFile
from telekit.pbx.render.passwords import Secrets


def render(plan: Plan, options: Options, secrets: Secrets, now: datetime) -> dict[str, RenderedFile]:
    """Write every file.

    Raises `SettingsError` or `UnsafeValue` for what FreeSWITCH's files cannot hold.
    """
    files = {
        "directory.xml": RenderedFile(render_directory(plan, options, secrets), SECRET),
        "public.xml": RenderedFile(render_public(plan)),
        "fallback.xml": RenderedFile(render_fallback(plan, now, options)),
    }
    files |= {name: RenderedFile(text) for name, text in render_callcenter(plan, options).items()}
    if options.listener is not None:
        files["profile.xml"] = RenderedFile(render_profile(options, options.listener))
    return files
