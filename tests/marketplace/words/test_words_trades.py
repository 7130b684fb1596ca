"""From a job title to our skills, and what an import of ROME leaves to others meanwhile."""

import pytest
from django.db import connection

from marketplace.models.market.rome import RomeTradeMacro
from marketplace.words import rome_store, suggest, training
from tests.factories import make_skill
from tests.marketplace.words.test_words_rome import FILES, _in_english, bring, rome, write  # noqa: F401


@pytest.fixture
def grains(rome):  # noqa: F811
    skill = make_skill("entretien-moulins", "Grains")
    skill.rome_macro = ["300001"]
    skill.save()
    return skill


def test_others_may_write_while_the_indexes_are_learnt(db, tmp_path, monkeypatch):
    learn, held = training.build, []

    def build(corpus):
        held.append(len(connection.savepoint_ids))
        return learn(corpus)

    monkeypatch.setattr(training, "build", build)
    before = len(connection.savepoint_ids)
    bring(write(tmp_path))
    assert held == [before, before]  # no transaction of the import's own


def test_what_many_trades_do_says_nothing_of_one(grains, monkeypatch):
    monkeypatch.setattr(rome_store, "COMMON", 1)
    assert [s.code for s in suggest("meunière à vent")] == [grains.code]
    RomeTradeMacro.objects.create(trade_id="B1201", macro_id="300001", is_core=True)
    assert suggest("meunière à vent") == []


def test_a_trade_that_does_half_of_a_skill_does_not_have_it(grains):
    """A juggler does some of what a stage designer does: nothing is said rather than that."""
    assert [s.code for s in suggest("meunière à vent")] == [grains.code]
    grains.rome_macro = ["300001", "399998", "399999"]
    grains.save()
    assert suggest("meunière à vent") == []


def test_a_word_that_we_explain_is_a_known_word(tmp_path, db):
    """« instit » is in no title; job_words.txt says what it means."""
    assert "instit" not in str(FILES)
    rows = [*FILES["referentiel_appellation"],
            ["108", "Professeur / Professeure des écoles", "Professeur des écoles", "B1201", "SYNONYME"]]  # fmt: skip
    bring(write(tmp_path, referentiel_appellation=rows))
    best = suggest("instit", among="trades")[0]
    assert best.code == "B1201"
    assert best.score > 0.3
