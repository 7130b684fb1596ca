"""A new offer is written in three short steps of one form, and nothing that was typed is lost on the way."""

from html.parser import HTMLParser

import pytest
from django.urls import reverse

from accounts.drafts import KEY
from accounts.models import Coming, FormDraft, Membership, Organisation
from marketplace.forms.market.offers import PARTS
from marketplace.models import Offer, Place, Time
from marketplace.states import OfferStatus
from marketplace.views.market.offer_steps import as_sent
from tests.factories import (
    a_pole,
    in_days,
    make_commune,
    make_need,
    make_offer,
    make_organisation,
    make_skill,
    make_user,
)

pytestmark = pytest.mark.django_db
NEW = "/offres/nouvelle/"
WHAT = {
    "at": "quoi",
    "title": "Développeuse web",
    "about": "Je fais des sites.",
    "skills": ["site-web"],
    KEY: "k1",
}


@pytest.fixture
def volunteer(client):
    a_pole()
    make_skill("site-web", "Site internet")
    user = make_user(commune=make_commune())
    client.force_login(user)
    return user


def sent_by(page, **more):
    """What a browser would send of this page: its hidden fields, those that it shows as they stand, and these."""
    step, form = page.context["step"], page.context["form"]
    carried = {}
    for name, value in step.carried:
        carried.setdefault(name, []).append(value)
    for name in set(PARTS[step.part]) & set(form.fields):
        carried |= dict(as_sent(name, form[name].value()))
    return carried | {"at": step.part, "seen": step.seen, KEY: "k1"} | more


def to_the_second(client, **more):
    return client.post(NEW, WHAT | {"to": "quand"} | more)


def to_the_third(client, **more):
    page = to_the_second(client)
    return client.post(NEW, sent_by(page, amount="21", to="ou", **more))


def test_three_steps_publish_an_offer_with_what_was_said_and_what_follows_from_it(
    client, volunteer
):
    assert client.get(NEW).context["step"].part == "quoi"
    second = to_the_second(client)
    assert second.context["step"].part == "quand"
    assert "Je fais des sites." in second.text
    third = client.post(NEW, sent_by(second, amount="21", to="ou"))
    assert third.context["step"].part == "ou"
    client.post(NEW, sent_by(third, commune="Lille", place="REMOTE", publish="yes"))
    offer = Offer.objects.get()
    assert (offer.status, offer.title, offer.hours) == (OfferStatus.PUBLISHED, WHAT["title"], 21)
    assert (offer.starts_on, offer.ends_on) == (in_days(0), in_days(365))
    assert (offer.weekdays, offer.radius_km, offer.place) == (0b11111, 30, Place.REMOTE)
    assert [one.skill.code for one in offer.held.all()] == ["site-web"]


def test_going_on_takes_a_skill_and_a_title_and_keeps_what_was_typed(client, volunteer):
    page = to_the_second(client, title="", skills=[])
    assert page.context["step"].part == "quoi"
    assert set(page.context["form"].errors) == {"title", "__all__"}
    assert "Je fais des sites." in page.text


@pytest.mark.parametrize("day", ["9" * 4500, "²", "-1", ""])
def test_a_day_that_no_week_has_is_no_day(client, volunteer, day):
    page = client.post(NEW, WHAT | {"at": "quand", "to": "ou", "days": ["1", day]})
    assert page.status_code == 200
    assert page.context["said"]["when"] == "mardi"


def test_a_step_is_told_of_its_own_lacks_alone(client, volunteer):
    second = to_the_second(client)
    page = client.post(NEW, sent_by(second, to="ou", ends_on=in_days(-2).isoformat()))
    assert page.context["step"].part == "quand"
    assert set(page.context["form"].errors) == {"amount", "ends_on"}


def test_going_back_asks_for_nothing_and_loses_nothing(client, volunteer):
    second = to_the_second(client)
    first = client.post(NEW, sent_by(second, amount="OTHER", volume="-3", to="quoi"))
    assert first.context["step"].part == "quoi"
    assert WHAT["title"] in first.text
    assert [one.skill.code for one in first.context["picker"].chosen] == ["site-web"]
    again = client.post(NEW, sent_by(first, **{**WHAT, "to": "quand"}))
    assert 'value="-3"' in again.text


def test_a_button_of_the_skills_stays_on_the_first_step(client, volunteer):
    make_skill("redaction", "Rédaction")
    page = client.post(NEW, WHAT | {"pick": "redaction"})
    assert page.context["step"].part == "quoi"
    assert {one.skill.code for one in page.context["picker"].chosen} == {"site-web", "redaction"}


def test_a_draft_refuses_for_no_lack_and_is_found_again(client, volunteer):
    answer = client.post(NEW, {"at": "quoi", "title": "Développeuse", "save": "yes", KEY: "k2"})
    assert answer.status_code == 302
    assert not Offer.objects.exists()
    assert FormDraft.objects.get().user == volunteer
    assert client.get(NEW).context["form"]["title"].value() == "Développeuse"
    client.force_login(make_user())
    assert client.get(NEW).context["form"]["title"].value() == ""


def test_a_whole_draft_is_an_offer_that_nobody_sees_yet(client, volunteer):
    third = to_the_third(client)
    client.post(NEW, sent_by(third, commune="Lille", place="BOTH", save="yes"))
    assert Offer.objects.get().status == OfferStatus.DRAFT


def test_what_is_wrong_at_the_end_is_shown_where_it_was_typed(client, volunteer):
    third = to_the_third(client)
    sent = sent_by(third, commune="Lille", place="BOTH", publish="yes")
    page = client.post(NEW, sent | {"title": "Appelez le 06 12 34 56 78"})
    assert page.context["step"].part == "quoi"
    assert list(page.context["form"].errors) == ["title"]
    assert "Lille" in dict(page.context["step"].carried)["commune"]


def test_sent_twice_it_is_one_offer(client, volunteer):
    third = to_the_third(client)
    sent = sent_by(third, commune="Lille", place="BOTH", publish="yes")
    client.post(NEW, sent)
    client.post(NEW, sent)
    assert Offer.objects.count() == 1


def test_how_many_needs_wait_is_said_as_it_is_typed(client, volunteer):
    for _one in range(2):
        make_need(skills=("site-web",))
    make_need(skills=("redaction",))
    answer = client.post(NEW, WHAT | {"count": "yes"}, headers={"HX-Request": "true"})
    assert "2 besoins vous attendent" in answer.text.replace("\u00a0", " ")
    assert not Offer.objects.exists()
    page = client.post(NEW, WHAT | {"count": "yes"})
    assert page.context["fitting"].now == 2
    assert page.context["step"].part == "quoi"


def test_no_need_at_all_is_said_without_a_nought(client, volunteer):
    page = client.post(NEW, WHAT | {"count": "yes"}).text
    assert "Aucun besoin publié ne demande exactement cela" in page
    assert "0 besoin" not in page.replace("\u00a0", " ")


def test_skills_are_ticked_as_in_a_need_and_the_shape_is_not_carried(client, volunteer):
    page = client.get(NEW)
    assert 'name="chips" value="yes"' in page.text
    answer = client.post("/competences/choisir/", WHAT | {"chips": "yes"})
    assert "Les compétences utiles" not in answer.text
    assert "Les compétences" in answer.text
    second = to_the_second(client, chips="yes")
    assert "chips" not in dict(second.context["step"].carried)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Je fais des sites, le week-end", [5, 6]),
        ("Je fais des sites, les weekends", [5, 6]),
        ("Je fais des sites, le mardi ou le week-end", [0, 1, 2, 3, 4]),
        ("Je fais des sites", [0, 1, 2, 3, 4]),
    ],
)
def test_the_weekend_that_was_said_is_not_asked_again(client, volunteer, text, days):
    Coming.objects.create(user=volunteer, kind="OFFER", text=text)
    session = client.session
    session["coming"] = True
    session.save()
    shown = client.get(NEW).context["form"]["days"].value()
    assert [int(day) for day in shown] == days


def test_a_need_that_is_proposed_privately_isn_t_counted(client, volunteer):
    make_need(skills=["site-web"])
    make_need(skills=["site-web"], is_listed=False)
    hidden = make_need(skills=["site-web"])
    Organisation.objects.filter(pk=hidden.organisation_id).update(status="SUSPENDED")
    fitting = client.post(NEW, WHAT | {"count": "yes"}).context["fitting"]
    assert (fitting.now, [one.gain for one in fitting.changes]) == (1, [])


def test_one_s_own_structure_s_needs_aren_t_counted(client, volunteer):
    make_need(make_organisation(member=volunteer), skills=("site-web",))
    session = client.session
    session["acting_for"] = 0
    session.save()
    assert client.post(NEW, WHAT | {"count": "yes"}).context["fitting"].now == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"at": "zut"},
        {"at": ["quoi", "ou"], "seen": ["\0", "ailleurs"]},
        {"commune": "\0", "count": "yes"},
        {"radius_km": "99999999999", "hours": "x", "count": "yes"},
        {"starts_on": "0001-01-01", "ends_on": "9999-12-31", "at": "quand", "count": "yes"},
        {"days": ["12", "-1"], "at": "quand", "count": "yes"},
        {"amount": "1e9", "at": "quand", "to": "ou"},
        {"capacity": "0", "at": "ou", "count": "yes"},
    ],
)
def test_nonsense_breaks_nothing(client, volunteer, wrong):
    assert client.post(NEW, WHAT | {"to": "quand"} | wrong).status_code == 200


def test_an_employee_says_on_whose_time_in_the_last_step(client):
    a_pole()
    make_skill("site-web", "Site internet")
    user = make_user()
    company = make_organisation(Organisation.Kind.COMPANY)
    Membership.objects.create(user=user, organisation=company, role="EMPLOYEE")
    client.force_login(user)
    third = to_the_third(client, acting=str(company.pk))
    assert "time" in third.context["form"].fields
    sent = sent_by(third, commune="Lille", place="BOTH", time="WORK", publish="yes")
    client.post(NEW, sent | {"acting": str(company.pk)})
    offer = Offer.objects.get()
    assert (offer.person, offer.organisation, offer.time) == (user, company, Time.WORK)


class Asked(HTMLParser):
    """The names of what a page's form shows to be filled in, but for what is folded; skills are ticked from suggestions."""

    def __init__(self, html):
        super().__init__()
        self.folded, self.inside, self.names = 0, False, set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if tag == "form":
            self.inside = "data-keep" in said
        if tag == "details":
            self.folded += 1
        shown = tag in {"input", "select", "textarea"} and said.get("type") != "hidden"
        name = said.get("name", "")
        if shown and self.inside and name and not self.folded and name != "commune-choice":
            self.names.add(name)

    def handle_endtag(self, tag):
        if tag == "details":
            self.folded -= 1


@pytest.mark.parametrize("role", ["EMPLOYEE", "MEMBER", "ADMINISTRATOR"])
def test_at_most_six_questions_on_the_three_steps_whoever_offers(client, role):
    a_pole()
    make_skill("site-web", "Site internet")
    user, company = make_user(), make_organisation(Organisation.Kind.COMPANY)
    Membership.objects.create(user=user, organisation=company, role=role)
    client.force_login(user)
    acting = {"acting": str(company.pk)}
    pages = [client.get(NEW), to_the_second(client, **acting), to_the_third(client, **acting)]
    asked = [name for page in pages for name in Asked(page.text).names]
    assert {"about", "amount", "time"} <= {*asked}
    assert len(asked) <= 6, asked


def test_what_is_folded_of_a_colleague_s_offer_is_said_and_may_be_changed(client):
    a_pole()
    make_skill("site-web", "Site internet")
    user, company = make_user(), make_organisation(Organisation.Kind.COMPANY)
    Membership.objects.create(user=user, organisation=company, role="MEMBER")
    client.force_login(user)
    third = to_the_third(client, acting=str(company.pk))
    assert f"Départ : {company.commune}" in third.text.replace("\xa0", " ")
    sent = sent_by(third, place="REMOTE", time="WORK", publish="yes")
    client.post(NEW, sent | {"acting": str(company.pk)})
    offer = Offer.objects.get()
    assert (offer.place, offer.commune) == (Place.REMOTE, company.commune)


def test_somebody_of_another_house_by_now_is_told_and_nothing_is_saved(client, volunteer):
    third = to_the_third(client)
    sent = sent_by(third, commune="Lille", place="BOTH", publish="yes", acting="987")
    assert client.post(NEW, sent).status_code == 200
    del sent["publish"]
    assert client.post(NEW, sent | {"title": "", "save": "yes"}).status_code == 200
    assert not Offer.objects.exists()
    assert not FormDraft.objects.exists(), "nor is it kept for the other house"


def test_the_sentence_with_which_they_came_begins_the_offer_and_goes_once_it_is_written(
    client, volunteer
):
    Coming.objects.create(user=volunteer, kind="OFFER", text="Je fais des sites internet.")
    session = client.session
    session["coming"] = True
    session.save()
    page = client.get(NEW)
    assert page.context["form"]["about"].value() == "Je fais des sites internet."
    assert Coming.objects.exists()
    third = to_the_third(client)
    client.post(NEW, sent_by(third, commune="Lille", place="BOTH", publish="yes"))
    assert Offer.objects.get().status == OfferStatus.PUBLISHED
    assert not Coming.objects.exists()


def test_nobody_writes_one_without_an_account(client):
    assert client.get(reverse("offer-new")).status_code == 302


def test_a_title_that_the_site_made_says_what_is_chosen_and_nothing_else(client, volunteer):
    make_skill("redaction", "Rédaction")
    made = {"title": "Site internet, Rédaction", "title_made": "Site internet, Rédaction"}
    second = to_the_second(client, **made)
    assert dict(second.context["step"].carried)["title"] == "Site internet"
    first = client.post(NEW, sent_by(second, to="quoi"))
    both = sent_by(first, skills=["redaction", "site-web"], to="quand")
    again = client.post(NEW, both)
    assert dict(again.context["step"].carried)["title"] == "Rédaction, Site internet"


def test_a_title_that_the_site_made_bears_any_code(client, volunteer):
    made = {"title": "Site internet, Rédaction", "title_made": "Site internet, Rédaction"}
    second = to_the_second(client, **made, skills=["\0", "aucune", "site-web"])
    assert dict(second.context["step"].carried)["title"] == "Site internet"


def test_a_title_that_its_writer_changed_stays(client, volunteer):
    second = to_the_second(client, title="Vos pages", title_made="Site internet, Rédaction")
    assert dict(second.context["step"].carried)["title"] == "Vos pages"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"days": []}, "Du "),
        ({"starts_on": "", "ends_on": ""}, "Tous les jours de semaine."),
        ({"days": [], "starts_on": "", "ends_on": ""}, ""),
    ],
)
def test_what_is_emptied_leaves_no_comma_behind(client, volunteer, more, said):
    page = client.post(NEW, sent_by(to_the_second(client), amount="21", to="ou", **more))
    assert page.context["step"].part == "quand"
    found = page.context["said"]["when"]
    assert not found.endswith(", ")
    shown = page.text.partition('<p class="said-so">')[2].partition("</p>")[0]
    assert shown.startswith(said)
    assert bool(shown) is bool(said)
    assert ", ." not in shown


def test_missions_at_the_most_are_those_at_the_same_time_where_own_time_is_given_back(client):
    person = make_user()
    client.force_login(person)
    one_after_another = (
        "À combien de missions cette offre peut servir, en même temps ou l’une après"
    )
    at_once = "À combien de missions cette offre peut servir en même temps."
    page = client.get(reverse("offer-edit", args=[make_offer(person).pk])).text
    assert at_once in page
    assert one_after_another not in page
    company = make_organisation("COMPANY", member=person)
    at_work = make_offer(person, organisation=company, time=Time.WORK)
    page = client.get(reverse("offer-edit", args=[at_work.pk])).text
    assert "sur le temps de travail, en tout" in page
