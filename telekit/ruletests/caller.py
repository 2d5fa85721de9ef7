"""A caller of a rule test, and what may be asked about the call."""

from collections.abc import Callable, Collection, Iterable
from datetime import timedelta

from telekit.callflow.prompts import LEAVE_MESSAGE
from telekit.callflow.route import BY_CALLER
from telekit.domain.call import Caller
from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import CallId
from telekit.pbx.loopback import LoopbackCall, LoopbackSwitch
from telekit.ruletests.words import Outcome

PLAYED = "played "
TAKES_A_MESSAGE = f"{PLAYED}{LEAVE_MESSAGE}"
A_MENU = timedelta(seconds=5)

_BECOMES = {
    FactKind.QUEUED: Outcome.WAITING,
    FactKind.OFFERED: Outcome.WAITING,
    FactKind.JOINED: Outcome.TALKING,
    FactKind.FINISHED: Outcome.ANSWERED,
    FactKind.ABANDONED: Outcome.ABANDONED,
    FactKind.DIVERTED: Outcome.CHOOSING,
    FactKind.CALLBACK_PROMISED: Outcome.CALLBACK,
    FactKind.SENT_OUT: Outcome.NUMBER,
    FactKind.MESSAGE_LEFT: Outcome.VOICEMAIL,
}


class RehearsedCall(LoopbackCall):
    """A caller for whom prompts take no time, and who remembers what they chose."""

    def __init__(
        self,
        switch: LoopbackSwitch,
        *,
        name: str,
        dialed: str,
        caller: Caller,
        keys: str,
        chosen: Callable[[Collection[str], str | None], None],
    ) -> None:
        """`chosen` hears of each menu's choices, and of the key that was pressed or None."""
        super().__init__(switch, dialed=dialed, caller=caller, keys=keys, prompt=timedelta(0))
        self.id = CallId(name)
        self._chosen = chosen
        self.way: list[tuple[Collection[str], str | None]] = []
        """The choices of each menu, and the key that was pressed."""
        self.scripted = False
        """A script of the administrator's own has led it."""

    async def menu(
        self,
        *prompts: str,
        choices: Collection[str],
        tries: int = 3,
        timeout: timedelta = A_MENU,
        invalid: str | None = None,
    ) -> str | None:
        key = await super().menu(*prompts, choices=choices, tries=tries, timeout=timeout, invalid=invalid)
        self.way.append((choices, key))
        self._chosen(choices, key)
        return key

    def outcome(self, facts: Iterable[Fact]) -> Outcome:
        """Tell in a word what has become of it, by what the journal tells."""
        outcome = Outcome.CHOOSING
        for fact in facts:
            outcome = _BECOMES.get(fact.kind, outcome)
            if fact.kind is FactKind.CALL_ENDED and outcome in (Outcome.CHOOSING, Outcome.WAITING):
                outcome = Outcome.ABANDONED if fact.details["by"] == BY_CALLER else Outcome.HUNG_UP
        if outcome in (Outcome.CHOOSING, Outcome.HUNG_UP, Outcome.ABANDONED):
            if TAKES_A_MESSAGE in self.story:
                return Outcome.VOICEMAIL
            if self.scripted:
                return Outcome.SCRIPT
        return outcome

    def heard(self, since: int) -> list[str]:
        """Give the prompts that were played since a place in the story."""
        return [line.removeprefix(PLAYED) for line in self.story[since:] if line.startswith(PLAYED)]
