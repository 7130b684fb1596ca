"""The walk of every address knows whose number each takes: a new page is weighed without anybody thinking of it."""

from benchmarks import every_address


def test_a_new_address_is_walked_or_asks_for_its_line():
    assert every_address.without_a_line() == [], (
        "say whose number it takes: WHOSE in benchmarks/every_address.py"
    )


def test_no_line_stays_of_an_address_that_is_gone():
    nouns = {one.noun for one in every_address.ours() if "<int:pk>" in one.pattern}
    assert every_address.WHOSE.keys() <= nouns


def test_each_noun_of_the_walk_is_a_model():
    for name in every_address.WHOSE.values():
        assert every_address.model_named(name)
