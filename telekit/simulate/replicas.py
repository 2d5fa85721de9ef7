"""The same stretch of time again and again, each time with other calls."""

from collections.abc import Iterator, Mapping, Sequence

from telekit.domain.names import QueueName
from telekit.simulate.run import Run, Setting
from telekit.simulate.tally import Tally
from telekit.simulate.traffic import Traffic


def replicas(
    setting: Setting, traffic: Sequence[Traffic], count: int, seed: object
) -> Iterator[Mapping[QueueName, Tally]]:
    """Give so many independent runs, one by one as they are done.

    The n-th run of one seed has the same calls whatever the rules, so that runs of two rule sets are compared in pairs.
    """
    for number in range(count):
        yield Run(setting, traffic, f"{seed}/{number}").go()
