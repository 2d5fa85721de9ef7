"""The page of the soak and its plot, written from its results."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.bench.results import FOLDER
from tests.bench.soak_callers import BUSY, DECLINED, PATIENCE, RING, TALK
from tests.bench.soak_laws import FLAT, WARM_UP, WARM_UP_LEAST, WINDOW, in_words
from tests.bench.soak_stand import Size
from tests.bench.tables import table

RESULTS, PAGE, PLOT = (FOLDER / f"soak.{kind}" for kind in ("json", "md", "svg"))
Results = Mapping[str, Any]

STEP_SECONDS = 15.0
"""Of the search for the rate, each."""
SLOWER = 0.9
"""Of a rate that held for so long, but not for all calls: the next one to try."""

ABOUT = f"""\
# Soak

`make soak` writes this page. It looks for the highest rate at which calls go through a real Asterisk, then lets
{{calls:,}} come at that rate, and afterwards compares what the callers saw, what the journal says and what Asterisk
counted.

Most calls find a free agent among {Size().agents}. {Size().busy_rate:g} a second come to a second line, whose
{Size().busy_agents} agents are too few: callers wait there, and give up after
{", ".join(f"{patience / 1000:g}" for patience in PATIENCE[:-1])} or {PATIENCE[-1] / 1000:g} s. Phones ring for
{RING / 1000:g} s and talk for {TALK / 1000:g} s; of the offers {BUSY:.0%} find the phone busy and {DECLINED:.0%} are
declined, and the call goes to the next agent. No wrap-up. Callers, phones, Asterisk and telekit share the machine.

Memory is read each second. The first {WARM_UP:.0%} of the time, and {WARM_UP_LEAST} s at least, are the warm-up: SIP
has Asterisk keep what it knows of a call for 32 s after its end. Then the median of the first {WINDOW} seconds is
compared with that of the last {WINDOW}. Memory is flat when it has grown by {FLAT:.0%} at most. That is asked of
telekit. Asterisk's is shown beside it: it grows in steps of which the reason was not found, though calls come evenly.

A rate that holds for {{step:g}} s may be too high for {{calls:,}} calls. Where no processor is idle, Asterisk answers
later than the half second after which SIP sends a message again (RFC 3261 §17.1.1.2), which is still more work. So a
rate that is a little too high does not make calls slower one by one: once something holds the machine up for a moment,
all of them stand still. Then the next rate that is tried is {{slower:.0%}} of it.

![resident memory and calls a second](soak.svg)
"""


def page(results: Results) -> str:
    """Write it."""
    facts, told, cpu = results["facts"], results["told"], results["cpu_ms"]
    rows = [
        ("calls", f"{results['calls']:,}"),
        ("calls a second", f"{results['rate']:.0f}"),
        ("highest rate that held for some seconds", f"{results['found']:.0f}"),
        ("time", f"{results['seconds']:.0f} s"),
        ("callers served / gave up", f"{told.get('served', 0):,} / {told.get('gave-up', 0):,}"),
        ("offers / missed or taken back", f"{facts['offered']:,} / {facts.get('offer-ended', 0):,}"),
        ("calls that had to wait", f"{facts.get('queued', 0):,}"),
        ("until an agent answered, one free: p50 / p99 / longest", _spans(results["waits"])),
        ("until an agent answered, too few: p50 / p99 / longest", _spans(results["busy_waits"])),
        ("processor ms a call", " + ".join(f"{used:.1f} {name}" for name, used in cpu.items())),
        ("asterisk's resident memory after the warm-up", in_words(results["memory"]["asterisk"])),
        ("of the machine's processors, idle", f"{results['idle']:.0%}"),
        ("SIP messages that callers sent again", f"{results['repeated']:,}"),
        ("facts in the journal", f"{sum(facts.values()):,}"),
    ]
    laws = [(law["what"], law["found"], "yes" if law["holds"] else "**no**") for law in results["laws"]]
    return "\n".join(
        [
            ABOUT.format(calls=results["calls"], step=STEP_SECONDS, slower=SLOWER),
            "## The machine\n",
            *(f"- {name}: {value}" for name, value in results["machine"].items() if name != "load before"),
            f"- load before: {results['load']:.2f}",
            "\n## What must be so\n",
            *table(("", "found", "so"), laws),
            "\n## What was done\n",
            *table(("", ""), rows),
            *(
                f"\nAt {each['rate']:.0f} calls a second not so: {'; '.join(each['failed'])}."
                for each in results["slower"]
            ),
            "",
        ]
    )


def _spans(seconds: Sequence[float]) -> str:
    return " / ".join(f"{each:.2f}" for each in seconds) + " s"
