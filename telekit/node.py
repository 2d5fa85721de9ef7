"""One running node: settings in, a service out. The only file that knows every part."""

import asyncio
import gc
import logging
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from telekit import __version__
from telekit.acd.premises import Premises
from telekit.callflow.agent_codes import agent_script
from telekit.callflow.calling_back import OF_AGENT, OF_PERSON, agent_calls_back
from telekit.callflow.route import called_back_script, route_script
from telekit.domain.fact import Fact, FactKind
from telekit.domain.plan import Plan, offers_callbacks
from telekit.errors import LinkError, RulesError, SwitchError, TelekitError
from telekit.pbx.asterisk.agi.scripts import ScriptFolder
from telekit.pbx.port import LegAlive, Script
from telekit.rules import load
from telekit.rules.fingerprint import fingerprint
from telekit.service.agent_says import agent_says
from telekit.service.callbacks_told import callbacks
from telekit.service.clock import Clock, SteadyClock, utc_now
from telekit.service.control import Answer, ControlSocket, Request
from telekit.service.exchange import Exchange
from telekit.service.explaining import explain_now
from telekit.service.health import Finding, Health
from telekit.service.hook import Hook, HookProgram
from telekit.service.line_checks import line_checks
from telekit.service.lookups import Lookups, require_client
from telekit.service.notices import Notice
from telekit.service.pulse import Pulse
from telekit.service.queue_log import QueueLogWriter
from telekit.service.recall import (
    recall,
    recall_agents,
    recall_calls,
    recall_missed,
    recall_promises,
    recall_promises_late,
    recall_reminded,
)
from telekit.service.status import Glance, look_ahead, told
from telekit.service.story import Story
from telekit.service.vitals import (
    RulesVitals,
    examine_callbacks,
    examine_clock,
    examine_disk,
    examine_journal,
    examine_lookups,
    examine_memory,
    examine_no_hook,
    examine_pulse,
    examine_watch,
)
from telekit.service.watch import Watch
from telekit.settings import Settings, read_secret, secret_variables
from telekit.sides.made import make_sides
from telekit.store.port import Journal
from telekit.store.sqlite import SqliteJournal

log = logging.getLogger(__name__)

LISTED_WITHIN = timedelta(seconds=2.5)
"""How long a switch may take to list who is there when calls are taken: nobody is let in before, for so long."""


class Node:
    """Hold every part of a running telekit, and start and end them in the right order."""

    def __init__(
        self,
        settings: Settings,
        folder: Path,
        *,
        clock: Clock = utc_now,
        story: Callable[[str], None] | None = None,
    ) -> None:
        """Read rules and secrets; `folder` is where relative paths start, `story` is told each call line by line.

        Raises `RulesError`, `SettingsError` or `StoreError`, each with a sentence that says what to do.
        """
        self._settings = settings
        self._rules = folder / settings.rules
        self._clock = clock = SteadyClock(clock)
        self._started_at = clock()
        self._reloading = asyncio.Lock()
        self._began = self._ends = False
        self._recalled = asyncio.Event()
        self._recalling: asyncio.Task[None] | None = None
        plan = load([self._rules])
        self._fingerprint = fingerprint(self._rules, plan)
        require_client(plan)
        self._sides = sides = make_sides(settings, folder, self._find_script, lambda: self.exchange.plan, clock)
        journal = SqliteJournal(folder / settings.journal)
        self._queue_log = QueueLogWriter(folder, settings.queue_log, settings.journal)
        telling = Story(journal, story, plan.zone) if story is not None else None
        self._journal: Journal = telling or journal
        secrets = {name: read_secret(source, folder) for name, source in settings.lookups.items()}
        self.exchange = Exchange(plan, sides.switch, self._journal, clock, Lookups(secrets), sides.back_within)
        clock.is_idle = self.exchange.distributor.is_idle
        self.exchange.unseen = lambda: sides.unseen
        if telling is not None:
            telling.watch(self.exchange.distributor)
        self._scripts = ScriptFolder(folder / settings.scripts) if settings.scripts else None
        self._hook = _hook(settings, folder, self.exchange)
        if self._hook is not None or sides.handling is not None:
            self.exchange.notify = self._notify
        own: Mapping[str, Script] = {
            "route": route_script(self.exchange, self._find_script),
            OF_AGENT: agent_calls_back(self.exchange, self.exchange.callbacks),
            OF_PERSON: called_back_script(self.exchange, self._find_script),
            "agent": agent_script(self.exchange, calls_back=sides.calls_out),
        }
        self._own_scripts = own
        self._watch = Watch(self.exchange, sides.switch, lambda: sides.led)
        self._rules_vitals = RulesVitals(clock, lambda: self.exchange.plan)
        self._pulse = Pulse()
        self._health = Health(
            {
                **sides.examined(lambda: self.exchange.plan.zone),
                "rules": self._rules_vitals.examine,
                "lookups": lambda: examine_lookups(self.exchange.lookups, self.exchange.plan.lookups),
                "journal": lambda: examine_journal(journal.state),
                "disk": lambda: examine_disk((folder / settings.journal).parent),
                "clock": lambda: examine_clock(self._clock),
                "delay": lambda: examine_pulse(self._pulse),
                "memory": examine_memory,
                "repairs": lambda: examine_watch(self._watch, clock(), self.exchange.plan.zone),
            }
        )
        self._control = ControlSocket(
            folder / settings.control,
            {
                "status": lambda _: self._status(),
                "health": lambda _: self._health.tell(),
                "reload": lambda _: self.reload(),
                "agent": self._agent_says,
                "callbacks": partial(callbacks, self.exchange),
                "explain": lambda request: explain_now(self.exchange, request),
                "lines": lambda _: line_checks(self._journal, self.exchange.plan, self._now()),
            },
        )

    async def start(self, *, insist: bool = False) -> None:
        """Connect to the switch, take calls; raises `TelekitError` for what only a person can mend.

        With `insist` it waits for a switch that cannot be reached yet. No call is taken before it is known who can be
        rung: until then the switch finds nobody at the port, which sends its callers on to the fallback in time.
        """
        await self._control.start()
        self._began = True
        self._pulse.start()
        await self._sides.reserve()
        self._record(FactKind.STARTED, version=__version__)
        self._record(FactKind.PLAN_LOADED, **_measure(self.exchange.plan), fingerprint=self._fingerprint)
        self._queue_log.start(self._health)
        await recall_agents(self._journal, self.exchange.tell, self.exchange.plan, self.exchange.roster, self._now())
        self._recalled.set()
        self.exchange.start()
        if self._sides.handling is not None:
            await self._sides.handling.start()
        await recall_reminded(self._journal, self.exchange.tell)
        await recall_calls(self._journal, self.exchange.earlier, self._now())
        if not await recall_promises(self._journal, self.exchange.callbacks, self._now()):
            late = recall_promises_late(self._journal, self.exchange, self._sides.switch)
            self._recalling = asyncio.get_running_loop().create_task(late)
        await self._sides.start(self.exchange.hear, insist=insist)
        self._be_ready_to_call(self.exchange.plan)
        self._be_ready_to_notify(self.exchange.plan)
        self.exchange.hold_newcomers()
        await self._sides.take_calls()
        alive: Sequence[LegAlive] = ()
        with suppress(LinkError, SwitchError, TimeoutError):
            async with asyncio.timeout(LISTED_WITHIN.total_seconds()):
                alive = await self._sides.switch.legs()
        self.exchange.await_between(alive)
        self._watch.start()
        self._health.start()
        await recall(self._journal, self.exchange.distributor.experience)
        await recall_missed(self._journal, self.exchange.missed_calls)

    async def reload(self) -> Answer:
        """Swap the plan, or keep the running one; give what to tell of it, with the mistakes in scripts and handlers.

        Raises `RulesError` with the mistakes in the rules, which leave everything as it is.
        """
        async with self._reloading:
            try:
                premises, print_ = await asyncio.to_thread(_made_aside, self._rules)
            except RulesError as error:
                self._record(FactKind.PLAN_REFUSED, mistakes=str(error))
                self._rules_vitals.refused(len(error.diagnostics))
                listed = "\n".join(map(str, error.diagnostics))
                log.error("the rules have mistakes; the running ones stay as they are\n%s", listed)
                raise
            require_client(premises.plan)
            if self._ends:
                raise TelekitError("telekit is about to end: the new rules will hold from its next start.")
            plan = premises.plan
            self.exchange.change_plan(plan, premises)
            self._be_ready_to_call(plan)
            self._be_ready_to_notify(plan)
            self._record(FactKind.PLAN_LOADED, **_measure(plan), fingerprint=print_)
            self._rules_vitals.loaded()
            size = f"{len(plan.agents)} agents, {len(plan.queues)} queues, {len(plan.routes)} routes"
            message = f"The new rules hold: {size}."
            log.info(message)
            handling = self._sides.handling
            mistakes = [*self._reload_scripts(), *(await handling.reload() if handling is not None else ())]
        return {"message": message, "mistakes": mistakes} if mistakes else {"message": message}

    async def stop(self, grace: float) -> None:
        """End decently: take no new calls, hand waiting ones back to the dialplan, write the journal.

        Conversations go on without telekit. `grace` is in seconds: so long scripts may go on that are not waiting.
        Whatever goes wrong with one part, the others are ended.
        """
        self._ends = True
        self._sides.refuse()
        async with AsyncExitStack() as last_to_first:
            last_to_first.push_async_callback(self._queue_log.stop)
            last_to_first.push_async_callback(self._journal.close)
            last_to_first.push_async_callback(self.exchange.lookups.close)
            if self._began:
                last_to_first.callback(self._record, FactKind.STOPPED)
            last_to_first.push_async_callback(self._control.stop)
            last_to_first.push_async_callback(self._sides.stop)
            if self._hook is not None:
                last_to_first.push_async_callback(self._hook.stop)
            last_to_first.callback(self.exchange.stop)
            last_to_first.push_async_callback(self._sides.end_calls, grace)
            last_to_first.callback(self.exchange.callbacks.stop)
            if self._recalling is not None:
                last_to_first.push_async_callback(asyncio.wait, (self._recalling,))
                last_to_first.callback(self._recalling.cancel)
            last_to_first.push_async_callback(self._watch.stop)
            last_to_first.push_async_callback(self._health.stop)
            last_to_first.callback(self._pulse.stop)

    async def hurry(self) -> None:
        """End what `stop` still waits for: the scripts that go on."""
        await self._sides.end_calls()

    def _be_ready_to_call(self, plan: Plan) -> None:
        """Bring the account up that makes calls, as soon as rules want it; nobody waits for it."""
        if offers_callbacks(plan):
            self._sides.be_ready_to_call()
            self._health.also("callbacks", lambda: examine_callbacks(self._sides.why_no_calls()))
            self.exchange.prospects.why_no_calls = self._sides.why_no_calls

    def _be_ready_to_notify(self, plan: Plan) -> None:
        """Let health tell of the hook, or that rules want one."""
        if self._hook is not None or plan.reminder is not None:
            self._health.also("hook", self._examine_hook)

    def _examine_hook(self) -> Finding:
        if self._hook is not None:
            return self._hook.examine()
        return examine_no_hook(self.exchange.plan, handled=self._sides.handling is not None)

    def _notify(self, notice: Notice) -> None:
        """Pass on what an agent should know: to the hook, and to the handlers as an event."""
        if self._hook is not None:
            self._hook.take(notice)
        if self._sides.handling is not None:
            self._sides.handling.tell(notice)

    def _reload_scripts(self) -> Collection[str]:
        if self._scripts is None:
            return ()
        self._scripts.reload()
        return self._scripts.mistakes.values()

    def _find_script(self, name: str) -> Script | None:
        return self._own_scripts.get(name) or (self._scripts.find(name) if self._scripts else None)

    async def _agent_says(self, request: Request) -> Answer:
        """Let an agent's word hold, once it is known what was said before: the later word counts."""
        await self._recalled.wait()
        return await agent_says(self.exchange, request)

    async def _status(self) -> Answer:
        warnings = await self._sides.warnings()
        glance = Glance.at_once(self.exchange)
        outlooks = await look_ahead(self.exchange, glance)
        return await asyncio.to_thread(told, glance, self._started_at, str(self._rules), warnings, outlooks)

    def _record(self, kind: FactKind, **details: str | int | float | None) -> None:
        self.exchange.record(Fact(self._now(), kind, details=details))

    def _now(self) -> datetime:
        return self._clock()


def _hook(settings: Settings, folder: Path, exchange: Exchange) -> Hook | None:
    """Make the hook that the settings name; its program sees none of telekit's own secrets."""
    hook, secrets = settings.hook, secret_variables(settings)
    if hook.program is None:
        return None
    environment = {name: value for name, value in os.environ.items() if name not in secrets}
    within = timedelta(seconds=hook.within)
    program = HookProgram(hook.program, within, hook.at_once, folder.absolute(), environment)
    program.require()
    return Hook(program, exchange.journaled)


def _made_aside(rules: Path) -> tuple[Premises, str]:
    """Read rules and make what they need, and let the collector leave it alone, which else holds up calls to walk it.

    Also give their fingerprint.

    It is no garbage until other rules hold; then it goes without the collector, as it is in no circle.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        plan = load([rules])
        made = Premises(plan), fingerprint(rules, plan)
        gc.freeze()
        return made
    finally:
        if was_on:
            gc.enable()


def _measure(plan: Plan) -> Mapping[str, int]:
    return {"agents": len(plan.agents), "queues": len(plan.queues), "routes": len(plan.routes)}
