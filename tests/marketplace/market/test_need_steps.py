"""A need is written in three short steps; anything may lack until it is sent, and nothing that is typed is lost."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Coming, FormDraft
from common.dates import add_months
from marketplace.actions.market import needs
from marketplace.models import Format, Need, Place, Welcome
from marketplace.rules import deductions
from marketplace.states import NeedStatus
from tests.factories import (
    in_days,
    make_cause,
    make_commune,
    make_coordinator,
    make_need,
    make_organisation,
    make_skill,
    make_user,
    verify,
)

NEW = reverse("need-new")
SENTENCE = "On n’arrive plus à tenir la compta. Notre trésorière est partie."


@pytest.fixture
def aline():
    return verify(make_user("Aline"))


@pytest.fixture
def structure(aline):
    make_cause()
    return make_organisation(member=aline)


@pytest.fixture
def at(client, aline, structure):
    client.force_login(aline)
    return client


def first(client, *, button="next", **words):
    make_skill("compta-associative", "Comptabilité associative")
    said = {"step": "quoi", "context": SENTENCE, "deliverable": "Des comptes à jour."}
    said |= {"skills": ["compta-associative"]} | words
    return client.post(NEW, said | {button: "yes"})


def post(client, need, name, button="next", **words):
    page = reverse("need-step", args=[need.pk, name])
    return client.post(page, {"step": name, button: "yes"} | words)


def where(**words):
    return {
        "place": "BOTH",
        "time": "BOTH",
        "commune": "Lille",
        "commune-code": "59350",
        "places": "1",
    } | words


def test_three_steps_lead_to_a_need_that_is_sent(at, structure):
    assert first(at).url.endswith("/etapes/quand/")
    need = Need.objects.get()
    assert need.title == "On n’arrive plus à tenir la compta"
    assert post(at, need, "quand", length="QUARTER").url.endswith("/etapes/ou/")
    sent = post(at, need, "ou", "submit", **where(place="REMOTE", cause=make_cause().pk))
    assert sent.url == need.get_absolute_url()
    need.refresh_from_db()
    assert (need.status, need.hours, need.format) == (NeedStatus.SUBMITTED, 40, Format.SPLIT)
    assert (need.place, need.cause) == (Place.REMOTE, make_cause())
    assert (need.unsaid, need.is_undated) == (set(), True)


def test_without_dates_it_is_fresh_for_three_months_from_the_day_it_is_sent(at, structure):
    first(at)
    need = Need.objects.get()
    post(at, need, "quand", length="DAY")
    Need.objects.update(starts_on=in_days(-300), ends_on=in_days(-118))
    post(at, need, "ou", "submit", **where(cause=make_cause().pk))
    need.refresh_from_db()
    assert need.status == NeedStatus.SUBMITTED
    assert need.starts_on == timezone.localdate()
    assert need.ends_on == add_months(timezone.localdate(), 3)


def test_dates_that_are_said_stay(at, structure):
    first(at)
    need = Need.objects.get()
    post(at, need, "quand", length="DAY", starts_on=in_days(3).isoformat())
    need.refresh_from_db()
    assert need.starts_on == in_days(3)
    assert need.ends_on == in_days(3) + timedelta(days=182)
    assert not need.is_undated


def test_the_cause_is_asked_once_and_then_never(at, structure):
    make_need(structure, cause=make_cause("culture"))
    first(at)
    need = Need.objects.latest("pk")
    assert need.cause == make_cause("culture")
    page = at.get(reverse("need-step", args=[need.pk, "ou"]))
    assert not page.context["asks_cause"]


def test_a_cause_that_nobody_said_is_never_sent(at, structure):
    first(at)
    need = Need.objects.get()
    post(at, need, "quand", length="DAY")
    page = post(at, need, "ou", "submit", **where())
    assert "cause" in page.context["form"].errors
    need.refresh_from_db()
    assert need.status == NeedStatus.DRAFT
    assert at.post(reverse("need-submit", args=[need.pk])).status_code == 302
    need.refresh_from_db()
    assert need.status == NeedStatus.DRAFT


def test_hours_that_nobody_said_are_neither_sent_nor_shown_as_said(at, structure):
    first(at)
    need = Need.objects.get()
    sent = post(at, need, "ou", "submit", **where(cause=make_cause().pk))
    assert sent.url.endswith("/etapes/quand/")
    need.refresh_from_db()
    assert need.status == NeedStatus.DRAFT
    page = at.get(reverse("need-step", args=[need.pk, "quand"]))
    assert not page.context["form"]["length"].value()
    assert not page.context["form"]["volume"].value()


def test_words_that_make_no_title_are_named_by_the_skill_and_the_place(at, structure):
    """It heads the next step, with the words below; the first one shows it, to be written otherwise."""
    first(at, context="Bjr on a besion dun comtable. Merci d’avance.")
    need = Need.objects.get()
    assert need.title == f"Comptabilité associative ({structure.commune.name})"
    page = at.get(reverse("need-step", args=[need.pk, "quand"])).text
    assert "Avant la fin des trois mois, nous vous demandons" in page, "a fortnight before, then it rests"
    assert need.title in page
    assert "Bjr on a besion" in page
    page = at.get(reverse("need-step", args=[need.pk, "quoi"])).text
    assert '<details class="more" open><summary>Lui donner un titre' in page


def test_what_is_had_at_the_end_may_be_said_later(at, structure):
    """Its page then shows what the matter is; whoever reads it for the pôle sees that it lacks."""
    assert first(at, deliverable="").url.endswith("/etapes/quand/")
    need = Need.objects.get()
    post(at, need, "quand", length="QUARTER")
    assert (
        post(at, need, "ou", "submit", **where(cause=make_cause().pk)).url
        == need.get_absolute_url()
    )
    need.refresh_from_db()
    assert need.status == NeedStatus.SUBMITTED
    assert need.shown.text == need.context == SENTENCE
    assert "Ce qui est attendu à la fin" not in at.get(need.get_absolute_url()).text
    at.force_login(make_coordinator(need.pole))
    page = at.get(reverse("need-qualify", args=[need.pk])).text
    assert "la fiche de mission le demandera" in page


def test_keeping_for_later_refuses_nothing_that_lacks(at, structure):
    answer = first(at, button="later", deliverable="", skills=[])
    need = Need.objects.get()
    assert answer.url == need.get_absolute_url()
    page = at.get(need.get_absolute_url()).text
    assert reverse("need-step", args=[need.pk, "quoi"]) in page
    assert reverse("need-submit", args=[need.pk]) not in page


def test_a_draft_on_one_page_needs_a_title_only(at, structure):
    at.post(NEW, {"title": "Notre site", "save": "yes"})
    assert Need.objects.get().title == "Notre site"
    page = at.post(NEW, {"title": "", "save": "yes"})
    assert "title" in page.context["form"].errors
    assert Need.objects.count() == 1


def test_what_is_wrong_is_kept_as_it_was_typed(at, structure, aline):
    at.post(
        NEW,
        {
            "title": "Notre site",
            "ends_on": in_days(-3).isoformat(),
            "volume": "beaucoup",
            "save": "yes",
        },
    )
    need = Need.objects.get()
    assert need.ends_on > timezone.localdate()
    shown = at.get(reverse("need-edit", args=[need.pk]))
    assert in_days(-3).isoformat() in shown.text
    assert "beaucoup" in shown.text
    assert (
        "À revoir avant l’envoi" in at.get(need.get_absolute_url()).text
        or FormDraft.objects.exists()
    )


def test_going_back_loses_nothing(at, structure):
    first(at)
    need = Need.objects.get()
    back = post(at, need, "quand", "back", length="OTHER", volume="beaucoup")
    assert back.url.endswith("/etapes/quoi/")
    assert "beaucoup" in at.get(reverse("need-step", args=[need.pk, "quand"])).text


def test_going_on_takes_a_skill(at, structure):
    page = first(at, skills=[])
    assert "Cochez au moins une compétence" in page.text
    assert not Need.objects.exists()


def test_a_double_click_makes_one_need(at, structure):
    first(at), first(at)
    assert Need.objects.count() == 1


def test_what_a_newcomer_said_begins_the_need_and_goes(at, structure, aline):
    make_commune("62498", "Lens")
    make_skill("compta-associative", "Comptabilité associative")
    said = {"kind": "NEED", "text": SENTENCE, "words": {"skills": ["compta-associative"]}}
    Coming.objects.create(user=aline, commune_id="62498", **said)
    session = at.session
    session["coming"] = True
    session.save()
    page = at.get(NEW)
    assert page.context["form"]["context"].value() == SENTENCE
    assert not page.context["form"]["title"].value(), "it says to leave it empty"
    assert page.context["picker"].codes == {"compta-associative"}
    first(at)
    assert Need.objects.get().commune_id == "62498"
    assert not Coming.objects.exists()


def test_a_change_that_is_suggested_goes_along(at, structure):
    make_skill("compta-associative")
    said = {"step": "quoi", "context": SENTENCE, "skills": ["compta-associative"], "next": "yes"}
    at.post(f"{NEW}?place=REMOTE&time=OWN", said | {"deliverable": "Des comptes"})
    need = Need.objects.get()
    assert (need.place, need.time) == (Place.REMOTE, Welcome.OWN)


def test_a_template_is_written_on_one_page(at, structure):
    assert at.get(f"{NEW}?tout=oui").templates[0].name.endswith("need_form.html")
    assert at.get(NEW).templates[0].name.endswith("need_step.html")


def test_a_published_need_is_changed_on_one_page(client, structure):
    need = make_need(structure)
    client.force_login(verify(make_coordinator(need.pole)))
    answer = client.get(reverse("need-step", args=[need.pk, "quand"]))
    assert answer.url == reverse("need-edit", args=[need.pk])
    assert client.get(answer.url).status_code == 200


def test_strangers_and_unknown_steps_find_nothing(client, at, structure):
    first(at)
    need = Need.objects.get()
    assert at.get(reverse("need-step", args=[need.pk, "combien"])).status_code == 404
    page = reverse("need-step", args=[need.pk, "quand"])
    client.force_login(verify(make_user()))
    assert client.get(page).status_code == 404
    client.logout()
    assert reverse("account_login") in client.get(page).url


def test_a_suspended_structure_writes_no_step(at, structure):
    first(at)
    need = Need.objects.get()
    type(structure).objects.filter(pk=structure.pk).update(status="SUSPENDED")
    assert post(at, need, "quand", length="DAY").status_code in {302, 307, 403}
    need.refresh_from_db()
    assert deductions.HOURS in need.unsaid


def test_once_sent_a_late_step_changes_nothing(at, structure):
    first(at)
    need = Need.objects.get()
    post(at, need, "quand", length="DAY")
    post(at, need, "ou", "submit", **where(cause=make_cause().pk))
    late = at.post(
        reverse("need-step", args=[need.pk, "quand"]),
        {"length": "HALF_YEAR", "next": "yes"},
        follow=False,
    )
    assert late.status_code in {302, 307}
    need.refresh_from_db()
    assert need.hours == 7


def test_a_need_that_waits_is_sent_by_its_act_with_dates_of_that_day(structure, aline):
    need = make_need(structure, status=NeedStatus.DRAFT, is_undated=True, ends_on=in_days(1))
    needs.submit(need, by=aline)
    need.refresh_from_db()
    assert need.ends_on == add_months(timezone.localdate(), 3)


def wanted(need):
    return {one.skill.code: one.required for one in need.wanted.all()}


def test_of_the_skills_of_one_phrase_the_first_is_essential_and_the_others_welcome(at, structure):
    make_skill("site-web", "Site")
    first(at, skills=["compta-associative", "site-web"])
    assert wanted(Need.objects.get()) == {"compta-associative": True, "site-web": False}


def test_its_switch_says_otherwise_and_one_stays_essential(at, structure):
    make_skill("site-web", "Site")
    both = {"skills": ["compta-associative", "site-web"], "chips": "yes"}
    first(at, **both, **{"required_compta-associative": "no", "required_site-web": ["no", "yes"]})
    assert wanted(Need.objects.get()) == {"compta-associative": False, "site-web": True}
    page = at.get(reverse("need-step", args=[Need.objects.get().pk, "quoi"])).text
    assert page.count("indispensable</span>") >= 2
    first(
        at,
        **both,
        context="Autre.",
        **{"required_compta-associative": "no", "required_site-web": "no"},
    )
    assert wanted(Need.objects.latest("pk")) == {"compta-associative": True, "site-web": False}


def test_a_draft_that_waits_leads_to_the_step_that_lacks_something(at, structure):
    first(at, button="later")
    need = Need.objects.get()
    assert reverse("need-steps", args=[need.pk]) in at.get(reverse("home")).text
    assert at.get(reverse("need-steps", args=[need.pk])).url.endswith("/etapes/quand/")
    at.force_login(verify(make_user()))
    assert at.get(reverse("need-steps", args=[need.pk])).status_code == 404


def test_what_nobody_said_is_not_shown_as_said(at, structure):
    first(at, button="later")
    page = at.get(Need.objects.get().get_absolute_url()).text.replace("\xa0", " ")
    assert "durée : reste à dire" in page
    assert "7 heures" not in page
    assert make_cause().label not in page


def test_sent_at_once_from_two_tabs_it_is_sent_once(at, structure, aline, monkeypatch):
    need = make_need(
        structure, status=NeedStatus.DRAFT, skills=("compta-associative",), cause=make_cause()
    )
    submit = needs.submit

    def late(row, *, by):
        submit(Need.objects.get(pk=row.pk), by=by)  # the other tab's
        submit(row, by=by)

    monkeypatch.setattr(needs, "submit", late)
    sent = post(at, need, "ou", "submit", **where(cause=make_cause().pk))
    assert sent.url == need.get_absolute_url()
    need.refresh_from_db()
    assert need.status == NeedStatus.SUBMITTED
    assert need.steps.filter(after=NeedStatus.SUBMITTED).count() == 1


def test_going_on_without_a_skill_is_said_at_the_top_with_what_else_lacks(at, structure):
    page = first(at, skills=[], context="")
    top = page.text[page.text.index("error-summary") : page.text.index('id="id_context"')]
    assert "2 choses à corriger" in top
    assert 'href="#skills-picker"' in top
    assert top.count("<li>") == 2
    assert not Need.objects.exists()
