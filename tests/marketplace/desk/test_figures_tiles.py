"""The headline figures: a share of a handful isn't told in percent, and each language lists the same."""

from collections import Counter

import pytest

from marketplace.figures import tiles
from marketplace.figures.counts import Counts, percent


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        (Counts(qualified=2, agreed=2), "2 sur 2"),
        (Counts(qualified=4, agreed=1), "1 sur 4"),
        (Counts(qualified=5, agreed=1), "20 %"),
        (Counts(), "–"),
    ],
)
def test_the_share_of_so_few_needs_says_of_how_many(counts, said):
    """“avant : 100 %” was said of two needs."""
    told = tiles.tiles(Counts(), counts, promised=3, whole=True)
    found = next(tile for tile in told if tile.words == "Besoins qui ont trouvé")
    assert (found.now, found.before) == ("–", said)


def test_what_several_carry_is_told_beside_what_one_does():
    name = "Besoins portés à plusieurs qui ont trouvé quelqu’un"
    now = Counts(qualified=16, agreed=7, together_qualified=6, together_agreed=3)
    before = Counts(qualified=5, agreed=2, together_qualified=1, together_agreed=1)
    told = {str(tile.words): tile for tile in tiles.tiles(now, before, promised=3, whole=False)}
    assert (told[name].now, told[name].before) == ("50 %", "1 sur 1")
    assert "d’une seule structure\u00a0: 40 %" in told[name].note
    none = tiles.tiles(Counts(qualified=9), Counts(), promised=3, whole=True)
    assert name not in {tile.words for tile in none}


def test_the_skills_that_are_missing_are_the_same_in_each_language():
    """Of those with the same count the first by name were listed, and a name depends on the language."""
    unmet = Counter({"a": 1, "b": 1, "c": 1, "d": 2})
    french = {"a": "Zoologie", "b": "Bois", "c": "Accueil", "d": "Eau"}
    english = {"a": "Animals", "b": "Wood", "c": "Welcoming", "d": "Water"}
    assert list(tiles.most(unmet, french, 3)) == [("Eau", 2), ("Bois", 1), ("Zoologie", 1)]
    assert list(tiles.most(unmet, english, 3)) == [("Water", 2), ("Animals", 1), ("Wood", 1)]


def test_shares_and_marks_are_rounded_and_a_whole_is_all_of_them():
    now = Counts(reviews=3, rating=14, qualified=82, agreed=30)
    found = tiles.tiles(now, Counts(), promised=2, whole=False)
    said = {str(tile.words): tile.now for tile in found}
    assert said["Comment cela s’est passé"] == "4,7 / 5"
    assert said["Besoins qui ont trouvé"] == "37 %"
    shares = [(199, 200), (1, 900), (0, 9), (9, 9)]
    assert [str(percent(*share)) for share in shares] == ["99", "1", "0", "100"]
