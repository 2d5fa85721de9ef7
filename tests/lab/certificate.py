"""A certificate that the lab makes for itself."""

import asyncio
from pathlib import Path

from tests.lab.settings import HOST


async def issue(openssl: Path, folder: Path) -> Path:
    """Write `certificate.pem` and `key.pem` for loopback into the folder; return the certificate.

    It is its own authority, so a phone that is given this file as such can check Asterisk.
    """
    certificate = folder / "certificate.pem"
    if certificate.exists():
        return certificate
    (folder / "openssl.cnf").write_text(
        "[req]\nprompt = no\ndistinguished_name = name\nx509_extensions = extensions\n"
        "[name]\nCN = telekit lab\n"
        f"[extensions]\nsubjectAltName = DNS:localhost, IP:{HOST}\nbasicConstraints = critical, CA:TRUE\n"
    )
    making = await asyncio.create_subprocess_exec(
        *(openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc"),
        *("-days", "30", "-config", folder / "openssl.cnf", "-keyout", folder / "key.pem", "-out", certificate),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, complaint = await making.communicate()
    if making.returncode:
        raise RuntimeError(f"openssl could not make a certificate: {complaint.decode()}")
    return certificate
