"""Two programmes of one house: one that gives enough is enough."""

import pytest

from marketplace.rules.next_acts.proposals import _left_of_each


class Year:
    said = "Il reste 7 heures."
    of_the_whole = ()


@pytest.mark.parametrize(
    ("too_much", "asks_for_less"),
    [((True,), True), ((True, True), True), ((True, False), False), ((False,), False)],
)
def test_fewer_hours_are_agreed_on_only_where_no_programme_gives_enough(too_much, asks_for_less):
    """“Agree on fewer hours”, right above the programme that gives all of them."""
    lines = _left_of_each([(f"Programme {n}", [Year()], one) for n, one in enumerate(too_much)])
    said = " ".join(line.strong for line in lines)
    assert ("convenez de moins d’heures" in said) is asks_for_less
    assert ("Ce programme n’en donne pas autant" in said) is (any(too_much) and not asks_for_less)
    assert bool(lines[-1].strong) is too_much[-1]
