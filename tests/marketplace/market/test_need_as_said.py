"""How long a need takes is told as it was said; sending it twice, or going back, is no fault."""

import pytest
from django.urls import reverse

from marketplace.models import Format, Need
from marketplace.rules import deductions
from tests.factories import in_days, make_cause, make_skill
from tests.marketplace.market.test_need_steps import (
    NEW,
    aline,
    at,
    first,
    post,
    structure,
    where,
)

__all__ = ["aline", "at", "structure"]  # the fixtures of those tests


# --- how long, as it was said ----------------------------------------------------------------
def size_of(at, **said):
    first(at)
    need = Need.objects.latest("pk")
    post(at, need, "quand", **said)
    at_the_end = at.get(need.get_absolute_url()).text
    return need, at_the_end


def test_a_rhythm_that_nobody_chose_isn_t_told(at, structure):
    need, page = size_of(at, length="DAYS")
    assert "deux ou trois jours, une vingtaine d’heures" in page
    assert "à la suite" not in page
    post(at, need, "quand", length="DAYS", ends_on=in_days(30).isoformat())
    page = at.get(need.get_absolute_url()).text
    assert "environ 3\xa0jours" in page or "environ 3 jours" in page
    assert "à la suite" not in page


def test_hours_that_are_typed_say_no_rhythm(at, structure):
    need, page = size_of(at, length="OTHER", unit="hours", volume="20 heures")
    assert "20 heures, environ 3 jours" in page.replace("\xa0", " ")
    assert "par semaine" not in page
    form = at.get(reverse("need-step", args=[need.pk, "quand"])).context["form"]
    assert (form["length"].value(), form["format"].value()) == ("OTHER", "")


def test_hours_that_are_typed_fit_a_short_time_when_no_rhythm_is_said(at, structure):
    soon = in_days(5).isoformat()
    need, _page = size_of(at, length="OTHER", unit="hours", volume="20", ends_on=soon)
    need.refresh_from_db()
    assert (need.hours, need.ends_on) == (20, in_days(5))


def test_days_that_are_typed_are_told_in_days(at, structure):
    _need, page = size_of(at, length="OTHER", unit="days", volume="3 jours")
    assert "21 heures" not in page
    assert "environ 3 jours" in page.replace("\xa0", " ")


def test_a_rhythm_that_is_chosen_is_told(at, structure):
    _need, page = size_of(at, length="OTHER", unit="hours", volume="15", format=Format.SPLIT)
    assert "quelques heures par semaine" in page
    assert "un mois" not in page


def test_a_month_that_is_chosen_stays_a_month(at, structure):
    _need, page = size_of(at, length="MONTH")
    assert "un mois\xa0: quelques heures par semaine, une quinzaine d’heures en tout" in page


def test_a_day_and_hours_said_in_the_sentence_are_filled_in_until_they_are_said(at, structure):
    first(at, context="Refaire nos statuts avant le 31 janvier, une vingtaine d’heures.")
    need = Need.objects.get()
    page = at.get(reverse("need-step", args=[need.pk, "quand"]))
    form = page.context["form"]
    assert (form["ends_on"].value().month, form["ends_on"].value().day) == (1, 31)
    assert (form["volume"].value(), form["length"].value()) == (20, "DAYS")
    words = page.text.replace("\xa0", " ")
    assert "D’après vos mots : 20 heures en tout, d’ici au 31 janvier" in words
    assert need.is_undated  # nothing is kept that nobody has sent
    post(at, need, "quand", length="DAY", ends_on="")
    again = at.get(reverse("need-step", args=[need.pk, "quand"]))
    assert again.context["form"]["ends_on"].value() == ""
    assert "après vos mots" not in again.text


def test_hours_said_over_months_tick_the_ready_choice_that_says_the_same(at, structure):
    first(at, context="Tenir nos comptes, 40 heures sur trois mois.")
    need = Need.objects.get()
    page = at.get(reverse("need-step", args=[need.pk, "quand"]))
    form = page.context["form"]
    assert (form["length"].value(), form["volume"].value()) == ("QUARTER", 40)
    assert "40 heures en tout" in page.text.replace("\xa0", " ")


def test_a_day_alone_is_filled_in_and_how_long_is_asked(at, structure):
    first(at, context="Refaire nos statuts avant le 31 janvier.")
    page = at.get(reverse("need-step", args=[Need.objects.get().pk, "quand"]))
    assert "Ce que vos mots en disent est rempli ci-dessous" in page.text


# --- twice, and back ---------------------------------------------------------------------------
def sent_need(at):
    first(at)
    need = Need.objects.latest("pk")
    post(at, need, "quand", length="DAY")
    post(at, need, "ou", "submit", **where(cause=make_cause().pk))
    need.refresh_from_db()
    return need


def test_a_second_tap_on_the_last_button_is_no_fault(at, structure):
    need = sent_need(at)
    again = post(at, need, "ou", "submit", **where(cause=make_cause().pk))
    assert again.url == need.get_absolute_url()
    back = at.get(reverse("need-step", args=[need.pk, "ou"]), follow=True)
    assert "Trop tard" not in back.text
    assert "Envoyé" in back.text


def test_what_is_changed_after_it_was_sent_is_told_not_to_be_kept(at, structure):
    need = sent_need(at)
    page = reverse("need-step", args=[need.pk, "ou"])
    said = {"step": "ou", "submit": "yes"} | where(cause=make_cause().pk, place="REMOTE")
    answer = at.post(page, said)
    assert answer.status_code == 307
    told = at.post(answer.url, said)
    assert told.status_code == 409
    assert "C’est envoyé" in told.text
    for false in ("Trop tard", "changé pendant", "coordination peut"):
        assert false not in told.text
    assert need.get_absolute_url() in told.text
    assert reverse("need-reopen", args=[need.pk]) in told.text
    back = at.get(reverse("need-edit", args=[need.pk]), follow=True)
    assert "Trop tard" not in back.text
    assert "Envoyé" in back.text


def test_back_on_the_first_page_finds_the_draft_that_was_begun(at, structure):
    first(at)
    need = Need.objects.get()
    page = at.get(NEW)
    assert "est gardé en brouillon" in page.text
    assert reverse("need-steps", args=[need.pk]) in page.text
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize(
    ("sentence", "title"),
    [
        ("compta,", "Compta"),
        (
            "Il nous faudrait quelqu’un pour nous aider à finir la comptabilité avant le 6 décembre prochain",
            "Il nous faudrait quelqu’un pour nous aider à finir la comptabilité…",
        ),
        (
            "Nous aurions besoin d’aide pour préparer la fête, avec les enfants et les parents de notre école",
            "Nous aurions besoin d’aide pour préparer la fête, avec les enfants et les…",
        ),
        ("a" * 200, "A" + "a" * 79 + "…"),
    ],
)
def test_a_title_is_cut_after_a_word_that_may_end_it(sentence, title):
    assert deductions.title_of(sentence) == title.replace(" et les…", "…")


def test_a_title_that_the_site_writes_is_in_its_own_language_whoever_typed(at, aline, structure):
    """“Dashboards and indicators (Douai)” was read in the catalogue, in letters and papers."""
    skill = make_skill("compta-associative", "Comptabilité associative")
    type(skill).objects.filter(pk=skill.pk).update(label_en="Accounts of a non-profit")
    type(aline).objects.filter(pk=aline.pk).update(language="en")
    first(at, context="Nous cherchons quelqu’un " + "pour tenir la compta avec nous " * 6)
    need = Need.objects.latest("pk")
    assert need.title == f"Comptabilité associative ({structure.commune.name})"
