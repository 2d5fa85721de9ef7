"""A FreeSWITCH with what `telekit render freeswitch` writes, put there as an administrator does."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from tests.lab import certificate
from tests.lab.freeswitch import FreeSwitch, Prefix
from tests.lab.tree import Tree

MORE_MODULES = ("mod_expr", "mod_hash", "mod_callcenter")
"""What the fallback needs besides."""


class RenderedFreeSwitch(FreeSwitch):
    """One whose configuration is telekit's files, in the folder `telekit`, and what is needed round them."""

    comes_to = "telekit-in"
    """The context in which callers come in."""

    @property
    def added(self) -> Mapping[str, str]:
        """What an administrator puts into the lab's configuration, by what stands there."""
        return ADDED

    def __init__(self, folder: Path, prefix: Prefix, tree: Tree, *, gateway: str = "") -> None:
        super().__init__(folder, prefix, tree, phones={}, dialplan="", context=self.comes_to, gateway=gateway)
        self.telekit = folder / "conf/telekit"

    async def start(self) -> None:
        """Start, with a certificate for the phones."""
        await self.lay_out()
        await super().start()

    async def lay_out(self) -> None:
        """Make what the files refer to."""
        tls = self.certificate.parent
        tls.mkdir(parents=True, exist_ok=True)
        await certificate.issue(self.tree.openssl, tls)
        (tls / "agent.pem").write_bytes(self.certificate.read_bytes() + (tls / "key.pem").read_bytes())
        shutil.copy(self.certificate, tls / "cafile.pem")

    def _configuration(self) -> str:
        text = super()._configuration()
        for there, added in self.added.items():
            assert there in text, there
            text = text.replace(there, added, 1)
        return text


def _include(name: str) -> str:
    return f'\n<X-PRE-PROCESS cmd="include" data="telekit/{name}.xml"/>\n'


ADDED = {
    "</modules>": "".join(f'<load module="{module}"/>' for module in MORE_MODULES) + "</modules>",
    '"info,notice': '"debug,info,notice',
    '</settings></configuration>\n  <configuration name="acl.conf">': (
        _include("event_socket") + '</settings></configuration>\n  <configuration name="acl.conf">'
    ),
    '  <configuration name="sofia.conf">': f"""\
  <configuration name="timezones.conf"><timezones>
   <zone name="Europe/Paris" value="CET-1CEST,M3.5.0,M10.5.0/3"/>
  </timezones></configuration>
  <configuration name="callcenter.conf"><settings/>
   <queues>{_include("queues")}</queues><agents>{_include("agents")}</agents><tiers>{_include("tiers")}</tiers>
  </configuration>
  <configuration name="sofia.conf">""",
    "<profiles>\n   <profile": f"<profiles>{_include('profile')}   <profile",
    '<context name="public">': "".join(
        (_include("dialplan"), _include("fallback"), '<context name="public">', _include("public"))
    ),
    ' <section name="directory">': f' <section name="directory">{_include("directory")}',
}
