"""Our own list: loaded, edited, asked. The texts of tests/data/words_eval.csv watch its quality."""

import csv
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import translation

from marketplace.actions.market import skill_edits
from marketplace.actions.market import skills as skill_list
from marketplace.models.market.skills import Skill, SkillProposal, SkillSynonym
from marketplace.words import search_terms, suggest
from tests.factories import make_need, make_offer, make_skill, make_user

TEXTS = Path(__file__).parents[2] / "data" / "words_eval.csv"


def codes(text):
    return [s.code for s in suggest(text)]


def test_a_treasurer_is_understood(our_skills):
    found = suggest("on a besoin de quelqu'un pour refaire notre site et nous apprendre excel")
    assert {s.code for s in found[:2]} == {"site-web", "tableur"}
    assert all(0 < s.score <= 1 and s.evidence and s.pk for s in found)


def test_labels_are_in_the_readers_language(our_skills):
    assert suggest("comptable")[0].label == Skill.objects.get(code="compta-generale").label_fr
    with translation.override("en"):
        assert suggest("comptable")[0].label == Skill.objects.get(code="compta-generale").label_en


def test_a_synonym_added_works_at_once_and_a_withdrawn_one_stops(our_skills):
    assert codes("zorglubeur") == []
    skill = Skill.objects.get(code="graphisme")
    synonym = SkillSynonym.objects.create(skill=skill, lang="fr", text="zorglubeur")
    assert codes("zorglubeur") == ["graphisme"]
    synonym.delete()
    assert codes("zorglubeur") == []


def test_a_withdrawn_skill_is_no_longer_suggested(our_skills):
    Skill.objects.filter(code="graphisme").update(withdrawn_at="2026-01-01T00:00Z")
    assert "graphisme" not in codes("graphiste")


def test_loading_twice_changes_nothing(our_skills):
    again = skill_list.load()
    assert (again.families, again.skills, again.synonyms, again.withdrawn) == (0, 0, 0, 0)


def test_loading_keeps_what_an_administrator_wrote(our_skills):
    skill = Skill.objects.get(code="graphisme")
    skill.label_fr = "Graphisme et mise en page"
    skill.save()
    SkillSynonym.objects.create(skill=skill, lang="fr", text="zorglubeur")
    skill.synonyms.filter(from_file=True).first().delete()
    call_command("load_skills", verbosity=0)
    skill.refresh_from_db()
    assert skill.label_fr == "Graphisme et mise en page"
    assert skill.synonyms.filter(text="zorglubeur").exists()


def test_a_file_that_has_changed_is_taken_but_for_what_an_administrator_wrote(our_skills):
    untouched, edited = Skill.objects.filter(code__in=["graphisme", "site-web"]).order_by("code")
    now = untouched.label_fr
    for skill, label in ((untouched, "D’hier"), (edited, "À nous")):
        skill.loaded, skill.label_fr = skill.loaded | {"label_fr": "D’hier"}, label
        skill.save()
    done = skill_list.load()
    assert (done.skills, done.kept_edits) == (2, 1)
    untouched.refresh_from_db()
    edited.refresh_from_db()
    assert (untouched.label_fr, edited.label_fr) == (now, "À nous")


def test_a_synonym_that_has_left_the_file_finds_nothing_any_more(our_skills):
    skill = Skill.objects.get(code="graphisme")
    for text, from_file in (("zorglubeur", True), ("bidulophile", False)):
        SkillSynonym.objects.create(skill=skill, lang="fr", text=text, from_file=from_file)
    assert codes("zorglubeur") == ["graphisme"]
    assert skill_list.load().synonyms == 1
    assert codes("zorglubeur") == []
    assert codes("bidulophile") == ["graphisme"], "written by hand, it isn’t the file’s to take"


def test_a_skill_that_has_left_the_files_is_offered_no_more_and_stays_where_it_is_named(our_skills):
    gone, ours = make_skill("zorglubage", "Zorglubage"), make_skill("bidule", "Bidule")
    Skill.objects.filter(pk=gone.pk).update(loaded={"label_fr": "Zorglubage"})  # `ours` never was
    need = make_need(skills=["zorglubage"])
    assert skill_list.load().withdrawn == 1
    withdrawn = {
        skill.code for skill in (gone, ours) if not Skill.objects.current().filter(pk=skill.pk)
    }
    assert withdrawn == {"zorglubage"}
    assert need.wanted.get().skill == gone
    assert skill_list.load().withdrawn == 0


def test_the_catalogue_search_understands_the_same_words(our_skills):
    terms = search_terms("compta")
    assert "compta-generale" in terms.codes
    assert terms.stems == ["comptabilit"]


def test_the_texts_of_the_benchmark_keep_their_marks(our_skills):
    with TEXTS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["skills"]]
    first = within = 0.0
    for row in rows:
        wanted, found = set(row["skills"].split()), codes(row["text"])
        first += found[:1] != [] and found[0] in wanted
        within += len(wanted & set(found)) / len(wanted)
    assert first / len(rows) > 0.87
    assert within / len(rows) > 0.87


def test_merging_moves_needs_offers_and_words_and_withdraws_the_other():
    old, into = make_skill("logo"), make_skill("graphisme")
    SkillSynonym.objects.create(skill=old, lang="fr", text="zorglubeur")
    need, both = make_need(skills=("logo",)), make_need(skills=("logo", "graphisme"))
    offer = make_offer(skills=("logo",))
    foreseen = skill_edits.effect_of_merging(old, into)
    assert (foreseen.needs, foreseen.offers) == (2, 1)

    assert skill_edits.merge(old, into=into) == foreseen

    assert [w.skill.code for w in need.wanted.all()] == ["graphisme"]
    assert [w.skill.code for w in both.wanted.all()] == ["graphisme"]
    assert [h.skill.code for h in offer.held.all()] == ["graphisme"]
    old.refresh_from_db()
    assert old.is_withdrawn
    assert old.merged_into == into
    assert codes("zorglubeur") == ["graphisme"]


def test_what_stood_below_a_merged_skill_stands_below_the_other_and_nothing_else_does():
    gone, into, elsewhere = make_skill("gone"), make_skill("into"), make_skill("elsewhere")
    below, apart = make_skill("below"), make_skill("apart")
    for skill, broader in ((below, gone), (apart, elsewhere)):
        Skill.objects.filter(pk=skill.pk).update(broader=broader)
    skill_edits.merge(gone, into=into)
    assert Skill.objects.get(pk=below.pk).broader == into
    assert Skill.objects.get(pk=apart.pk).broader == elsewhere
    assert Skill.objects.get(pk=into.pk).broader is None


def test_a_skill_is_not_merged_into_itself_nor_into_a_withdrawn_one():
    skill = make_skill("logo")
    with pytest.raises(skill_edits.ImpossibleMerge):
        skill_edits.merge(skill, into=skill)
    gone = make_skill("gone")
    Skill.objects.filter(pk=gone.pk).update(withdrawn_at="2026-01-01T00:00Z")
    with pytest.raises(skill_edits.ImpossibleMerge):
        skill_edits.merge(skill, into=Skill.objects.get(pk=gone.pk))


def test_a_proposal_waits_once_and_becomes_a_synonym():
    skill, person = make_skill("graphisme"), make_user()
    proposal = skill_edits.propose("  zorglubeur ", context="Besoin d’un zorglubeur", by=person)
    assert skill_edits.propose("Zorglubeur", by=person) == proposal
    skill_edits.accept_as_synonym(proposal, skill=skill)
    assert codes("un zorglubeur") == ["graphisme"]
    assert proposal.answer == SkillProposal.Answer.SYNONYM


@pytest.mark.parametrize(
    "text",
    [
        "Je suis motivé, dynamique et souriant !", "test test", "Bien à vous, pour toute l’équipe",
        "Je suis libre le lundi matin.", "Je voudrais m’engager auprès des plus fragiles.",
    ],
)  # fmt: skip
def test_a_lone_word_that_is_no_name_of_a_skill_is_not_enough_to_speak(our_skills, text):
    assert codes(text) == []
    assert codes("notaire")
    assert codes("RSSI")


def test_an_english_number_or_its_years_are_no_reason(our_skills):
    """“Ten” has the root of “tenir”, “them” that of “thème”: a skill was said to be understood by them."""
    text = "I kept the accounts of ten associations, and seven of them in ten years."
    words = {text[span.start : span.end] for one in suggest(text) for span in one.evidence}
    assert "accounts" in " ".join(words).split()
    assert not set(" ".join(words).split()) & {"ten", "seven", "them", "years"}
    assert "cloture-comptes" not in codes("a few years in sales")
    assert codes("year-end closing")[0] == "cloture-comptes"


@pytest.mark.parametrize(
    "text", ["Our website is old, nobody dares to touch it", "I dare to speak", "une soirée corsée"]
)
def test_a_word_of_another_meaning_asks_for_no_language(our_skills, text):
    """“Dares” has the root of « dari », « corsée » that of « corse »."""
    assert not {"langues-exil", "langues-regionales"} & set(codes(text))
    assert codes("parler dari")[0] == "langues-exil"
    assert codes("parler corse")[0] == "langues-regionales"
