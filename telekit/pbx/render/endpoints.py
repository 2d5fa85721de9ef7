"""The SIP phones that the rules name."""

from telekit.domain.phone import PhoneKind
from telekit.domain.plan import Plan
from telekit.errors import SettingsError
from telekit.pbx.render import word


def endpoints(plan: Plan) -> dict[str, str]:
    """Give the SIP endpoints that the plan's agents have, each with its agent's full name.

    Raises `SettingsError` for two that the switch would take for one.
    """
    found: dict[str, str] = {}
    spelled: dict[str, str] = {}
    for agent in plan.agents.values():
        for phone in agent.phones:
            if phone.kind is PhoneKind.SIP:
                endpoint = word.name(phone.address)
                other = spelled.setdefault(endpoint.casefold(), endpoint)
                if other != endpoint:
                    raise SettingsError(f"sip:{other} and sip:{endpoint} differ in capitals only: rename one.")
                found.setdefault(endpoint, agent.full_name)
    return found
