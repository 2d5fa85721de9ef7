"""What the lab's Asterisk is told: everything in one folder, nothing beyond loopback."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from socket import AF_INET, SO_REUSEADDR, SOCK_DGRAM, SOCK_STREAM, SOL_SOCKET, SocketKind, socket

from tests.lab import modules
from tests.lab.tree import Tree

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Ports:
    """Where Asterisk listens, and from which ports its sound comes."""

    sip: int = 5060
    sips: int = 5061
    ami: int = 5038
    rtp_first: int = 10000
    rtp_last: int = 19999

    def taken(self) -> list[int]:
        """Return those on which somebody listens already."""
        return [
            port
            for port, kind in ((self.sip, SOCK_DGRAM), (self.sips, SOCK_STREAM), (self.ami, SOCK_STREAM))
            if not _free(port, kind)
        ]


def _free(port: int, kind: SocketKind) -> bool:
    with socket(AF_INET, kind) as trying:
        if kind is SOCK_STREAM:
            trying.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)  # what was closed a moment ago is free
        try:
            trying.bind((HOST, port))
        except OSError:
            return False
        return True


def asterisk_conf(folder: Path, tree: Tree) -> str:
    """Return asterisk.conf, with every directory inside `folder` but the modules."""
    return f"""\
[directories]
astetcdir = {folder}/etc
astmoddir = {tree.asterisk_modules}
astvarlibdir = {folder}/lib
astdbdir = {folder}/lib
astkeydir = {folder}/lib
astdatadir = {folder}/data
astagidir = {folder}/lib
astspooldir = {folder}/spool
astrundir = {folder}/run
astlogdir = {folder}/log
astcachedir = {folder}/cache

[options]
verbose = 3
nocolor = yes
defaultlanguage = en
hideconnect = yes
entityid = 02:00:00:00:00:01
live_dangerously = no
"""


def texts(folder: Path, tree: Tree, ports: Ports) -> Mapping[str, str]:
    """Return the configuration files that every Asterisk of the lab has, by name."""
    load = "\n".join(f"load = {name}.so" for name in modules.ASTERISK)
    return {
        "asterisk.conf": asterisk_conf(folder, tree),
        "modules.conf": f"[modules]\nautoload = no\n{load}\n",
        "logger.conf": """\
[general]
dateformat = %F %T.%3q

[logfiles]
full = notice,warning,error,verbose(3),dtmf,security
""",
        "rtp.conf": f"[general]\nrtpstart = {ports.rtp_first}\nrtpend = {ports.rtp_last}\n",
        "manager.conf": f"""\
[general]
enabled = yes
bindaddr = {HOST}
port = {ports.ami}
""",
        "pjsip.conf": f"""\
[global]
type = global
user_agent = telekit lab
keep_alive_interval = 90

[transport-udp]
type = transport
protocol = udp
bind = {HOST}:{ports.sip}

[transport-tls]
type = transport
protocol = tls
bind = {HOST}:{ports.sips}
cert_file = {folder}/certificate.pem
priv_key_file = {folder}/key.pem
method = tlsv1_2
""",
        "musiconhold.conf": "[default]\nmode = files\ndirectory = moh\n",
        "indications.conf": """\
[general]
country = fr

[fr]
description = France
ringcadence = 1500,3500
dial = 440
busy = 440/500,0/500
ring = 440/1500,0/3500
congestion = 440/250,0/250
callwaiting = 440/300,0/10000
info = !950/330,!1400/330,!1800/330
""",
        "cdr.conf": "[general]\nenable = no\n",
        "cel.conf": "[general]\nenable = no\n",
        "http.conf": "[general]\nenabled = no\n",
        "features.conf": "[general]\n",
        "extensions.conf": "[general]\nstatic = yes\nwriteprotect = yes\n",
        "queues.conf": "[general]\n",
        "acl.conf": "",
        "ccss.conf": "[general]\n",
        "cli_aliases.conf": "",
        "pjproject.conf": "[startup]\nlog_level = 2\n",
        "stasis.conf": "",
        "udptl.conf": "",
    }
