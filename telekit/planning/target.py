"""What callers and agents are to have at least."""

from dataclasses import dataclass
from datetime import timedelta

from telekit.errors import PlanningError
from telekit.planning.prediction import Prediction


@dataclass(frozen=True, slots=True)
class Target:
    """Bounds that hold together; None where there is none. Raises `PlanningError` for what no staff can reach."""

    within: timedelta
    """The wait that the service level counts."""
    service_level: float | None = None
    """The least share of all calls that are answered within it."""
    speed_of_answer: timedelta | None = None
    """The longest mean wait of those who are answered."""
    abandoning: float | None = None
    """The greatest share of callers who give up."""
    occupancy: float | None = None
    """The greatest share of their time that agents are busy."""

    def __post_init__(self) -> None:
        if self.within < timedelta(0):
            raise PlanningError("Nobody is answered before they call: give a wait of 0s or more.")
        if (self.service_level, self.speed_of_answer, self.abandoning, self.occupancy) == (None,) * 4:
            raise PlanningError("Without a bound no agents are needed: ask for a service level, or for another bound.")
        if self.service_level is not None and not 0.0 <= self.service_level < 1.0:
            raise PlanningError(
                f"No number of agents is sure to answer {self.service_level:g} of the calls in time: ask for a share "
                "of 0 or more and less than 1, such as 0.8."
            )
        if self.speed_of_answer is not None and self.speed_of_answer <= timedelta(0):
            raise PlanningError("No number of agents is sure to be free at once: allow a mean wait above 0s.")
        if self.abandoning is not None and not 0.0 < self.abandoning <= 1.0:
            raise PlanningError("No number of agents is sure that nobody gives up: allow a share above 0, up to 1.")
        if self.occupancy is not None and not 0.0 < self.occupancy <= 1.0:
            raise PlanningError("Agents who are never busy answer nobody: allow an occupancy above 0, up to 1.")

    def met_by(self, found: Prediction) -> bool:
        """Say whether all bounds are kept."""
        answered = found.speed_of_answer
        return (
            (self.service_level is None or found.service_level >= self.service_level)
            and (self.speed_of_answer is None or (answered is not None and answered <= self.speed_of_answer))
            and (self.abandoning is None or found.abandoning <= self.abandoning)
            and (self.occupancy is None or found.occupancy <= self.occupancy)
        )
