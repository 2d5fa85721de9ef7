#!/usr/bin/env python3
"""Send an agent a notice of telekit's by e-mail, in English or French: `mail.py ADDRESSES FROM [SERVER [PORT]]`.

ADDRESSES is a JSON file, {"amina": "amina@example.org"}. The user and the password for the server are in the
environment, as MAIL_USER and MAIL_PASSWORD. The server has to offer STARTTLS, and to show a certificate that this
machine trusts.
"""

import json
import os
import smtplib
import ssl
import sys
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

SUBJECT = {
    "en": {
        "reminder": "Your shift begins at {begins}, and your phone is not registered",
        "kept-away": "You get no calls at the moment",
    },
    "fr": {
        "reminder": "Vos horaires commencent à {begins}, et votre téléphone n'est pas enregistré",
        "kept-away": "Vous ne recevez plus d'appels pour le moment",
    },
}
TEXT = {
    "en": {
        "reminder": "Hello {name},\n\n"
        "your shift begins at {begins}, and none of your phones is registered: calls cannot get to you.\n\n"
        "Switch your phone on, or open its program, and wait until it says that it is registered. "
        "Then dial *79: it tells you whether your line is fine.{login}\n",
        "kept-away": "Hello {name},\n\nyou have missed calls ({reason}), so you are asked no more for now.\n\n{back}\n",
    },
    "fr": {
        "reminder": "Bonjour {name},\n\n"
        "vos horaires commencent à {begins}, et aucun de vos téléphones n'est enregistré : les appels ne peuvent pas "
        "vous parvenir.\n\n"
        "Allumez votre téléphone, ou ouvrez son programme, et attendez qu'il indique qu'il est enregistré. "
        "Composez ensuite le *79 : vous entendez si votre ligne est bonne.{login}\n",
        "kept-away": "Bonjour {name},\n\n"
        "vous avez manqué des appels : pour l'instant, il ne vous en est plus proposé.\n\n"
        "{back}\n",
    },
}
LOGIN = {
    "en": " To get calls, log in: dial *71.",
    "fr": " Pour recevoir des appels, ouvrez votre session : composez le *71.",
}
BACK = {
    "en": {
        "resuming": "Dial *74 when you are back.",
        "registering": "It ends by itself when your phone is registered again: switch it off and on.",
        "hanging-up": "It ends by itself when your phone is free again, or when you dial *74.",
        "by-itself": "It ends by itself in {minutes} min, or when you dial *74.",
    },
    "fr": {
        "resuming": "Composez le *74 à votre retour.",
        "registering": "Cela prend fin dès que votre téléphone est de nouveau enregistré : éteignez-le, rallumez-le.",
        "hanging-up": "Cela prend fin dès que votre téléphone est de nouveau libre, ou si vous composez le *74.",
        "by-itself": "Cela prend fin dans {minutes} min, ou si vous composez le *74.",
    },
}


def write(notice: dict[str, Any]) -> tuple[str, str]:
    """Give subject and text of a notice, in the agent's language."""
    language = notice["language"] if notice["language"] in TEXT else "en"
    words = {"name": notice["name"]}
    if notice["notice"] == "reminder":
        words["begins"] = f"{datetime.fromisoformat(notice['begins_at']):%H:%M}"
        words["login"] = LOGIN[language] if notice["login"] == "code" else ""
    else:
        minutes = round((notice["back"]["in"] or 0) / 60)
        words["reason"] = notice["reason"]
        words["back"] = BACK[language][notice["back"]["how"]].format(minutes=minutes)
    return SUBJECT[language][notice["notice"]].format(**words), TEXT[language][notice["notice"]].format(**words)


def main(addresses: str, sender: str, server: str = "localhost", port: str = "587") -> None:
    """Read a notice and send it; what goes wrong ends the program with a sentence, which telekit's health tells."""
    notice = json.load(sys.stdin)
    if notice["notice"] not in ("reminder", "kept-away"):
        return  # of a later telekit
    address = json.loads(Path(addresses).read_text(encoding="utf-8")).get(notice["agent"])
    if address is None:
        sys.exit(f"{addresses} has no address for {notice['agent']}")
    message = EmailMessage()
    message["From"], message["To"] = sender, address
    message["Subject"], text = write(notice)
    message.set_content(text)
    try:
        with smtplib.SMTP(server, int(port), timeout=20) as smtp:
            smtp.starttls(context=ssl.create_default_context())
            smtp.login(os.environ["MAIL_USER"], os.environ["MAIL_PASSWORD"])
            smtp.send_message(message)
    except KeyError as missing:
        sys.exit(f"the environment variable {missing} is not set")
    except (OSError, smtplib.SMTPException) as error:
        sys.exit(f"{server}:{port} does not take the message: {error}")


if __name__ == "__main__":
    main(*sys.argv[1:])
