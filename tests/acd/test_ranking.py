"""The first of a crowd is found in a ranking as a search through everybody finds it."""

from hypothesis import given
from hypothesis import strategies as st

from telekit.acd.crowd import first_of, gather, numbers_in
from telekit.acd.ranking import Ranking

numbers = st.integers(0, 700)
crowds = st.sets(numbers)


@given(st.lists(st.tuples(numbers, st.integers(0, 5) | st.none()), max_size=400), crowds, st.booleans())
def test_the_first_of_a_crowd_has_the_lowest_rank_and_then_stands_first(
    changes: list[tuple[int, int | None]], crowd: set[int], at_once: bool
) -> None:
    ranks: dict[int, int] = {number: number % 7 for number in range(0, 700, 2)} if at_once else {}
    ranking = Ranking.of(ranks)
    for number, rank in changes:
        if rank is None:
            ranking.remove(number)
            ranks.pop(number, None)
        else:
            ranking.place(number, rank)
            ranks[number] = rank
    known = crowd & ranks.keys()
    if known:
        assert ranking.first(gather(crowd)) == min((ranks[number], number) for number in known)[1]
    else:
        try:
            found = ranking.first(gather(crowd))
        except LookupError:
            found = None
        assert found is None


@given(crowds)
def test_a_crowd_gives_back_its_numbers_in_order(crowd: set[int]) -> None:
    assert list(numbers_in(gather(crowd))) == sorted(crowd)
    assert not crowd or first_of(gather(crowd)) == min(crowd)
