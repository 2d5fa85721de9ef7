"""Rule files become a plan."""

from pathlib import Path

from telekit import rules

HERE = Path(__file__).parent


def test_the_example_of_the_language_page_loads_whole() -> None:
    plan = rules.load(HERE / "language.yaml")
    assert list(plan.agents) == ["amina", "luc"]
    assert list(plan.queues) == ["technical", "billing"]
    assert [str(route.origin) for route in plan.routes] == [f"{HERE}/language.yaml:48", f"{HERE}/language.yaml:52"]
