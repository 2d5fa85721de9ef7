"""Where phones are, with more than one switch: at the one at which they are registered."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from telekit.domain.phone import Phone
from telekit.pbx.port import PhoneState

Between = Callable[[Phone], str | None]
"""Give the trunk by which a phone is rung that is at another switch; None for one that is here, or nowhere."""


def here(phone: Phone) -> str | None:
    """Take every phone for one of this switch: there is no other."""
    return None


@dataclass(slots=True)
class Whereabouts:
    """What each switch said last of each phone; one that is away says nothing."""

    trunks: Mapping[str, str]
    """By a switch's name, what it calls the trunk to the other."""
    _told: dict[Phone, dict[str, PhoneState]] = field(default_factory=dict)

    def note(self, switch: str, state: PhoneState) -> PhoneState:
        """Take in what a switch says; give how the phone is."""
        self._told.setdefault(state.phone, {})[switch] = state
        return self.state(state.phone) or state

    def state(self, phone: Phone) -> PhoneState | None:
        """Give how a phone is: reachable, or engaged, if it is so at any; None for one of which nobody tells."""
        told = self._told.get(phone)
        if told is None:
            return None
        return PhoneState(
            phone,
            reachable=any(each.reachable for each in told.values()),
            engaged=any(each.engaged for each in told.values()),
        )

    def forget(self, switch: str) -> Collection[Phone]:
        """Let what a switch has said count no more; give of which phones it was."""
        forgotten = [phone for phone, told in self._told.items() if told.pop(switch, None) is not None]
        for phone in forgotten:
            if not self._told[phone]:
                del self._told[phone]
        return forgotten

    def registers(self, switch: str, phone: Phone) -> None:
        """Take in that a phone is registered there."""
        told = self._told.setdefault(phone, {})
        told[switch] = PhoneState(phone, reachable=True, engaged=switch in told and told[switch].engaged)

    def at(self, switch: str, phone: Phone) -> bool:
        """Say whether a phone is registered there."""
        told = self._told.get(phone, {})
        return switch in told and told[switch].reachable

    def trunk(self, switch: str, phone: Phone) -> str | None:
        """Give the trunk by which that switch rings a phone; None for one of its own."""
        told = self._told.get(phone)
        if told is None or self.at(switch, phone) or not any(each.reachable for each in told.values()):
            return None
        return self.trunks.get(switch)
