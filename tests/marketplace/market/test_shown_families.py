"""“What people know how to do there”: the families of what an organisation's people offer on working time, without who."""

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Membership, Organisation
from accounts.states import OrganisationStatus
from marketplace.actions.market import consents, own_name, people
from marketplace.actions.refusals import NotYet
from marketplace.models import (
    Consent,
    ConsentKind,
    Mission,
    Need,
    OfferSkill,
    Skill,
    SkillFamily,
    Time,
)
from marketplace.rules import few, shown_families, worked_with
from marketplace.states import OfferStatus
from tests.factories import (
    in_days,
    make_need,
    make_offer,
    make_organisation,
    make_proposal,
    make_skill,
    make_user,
)
from tests.marketplace.missions.test_worked_with import delivered, say_yes

HEADING = "Ce qu’on y sait faire"


@pytest.fixture
def family():
    found, _new = SkillFamily.objects.get_or_create(
        code="comptes", defaults={"label_fr": "Gestion", "label_en": "Management", "position": 1}
    )
    Skill.objects.get_or_create(
        code="comptes", defaults={"label_fr": "Comptes", "label_en": "Accounts", "family": found}
    )
    return found


@pytest.fixture
def company():
    return make_organisation("COMPANY", name="Fonderie", administrator=make_user("Bob"))


@pytest.fixture
def ana():
    return make_user("Ana", "Petit")


def offered(company, count, **fields):
    return [
        make_offer(make_user(), organisation=company, ranked=False, **fields) for _n in range(count)
    ]


def shown_by(*organisations):
    found = shown_families.families_of([one.pk for one in organisations])
    return {
        one: [family.code for family in found[one.pk]] for one in organisations if one.pk in found
    }


def page_of(client, organisation):
    return client.get(organisation.get_absolute_url()).text.replace("\xa0", " ")


def agree(offer):
    key = shown_families.key_of(shown_families.of_offer(offer))
    own_name.show_family(offer, read=key, by=offer.person)


def post(client, offer, name, **typed):
    return client.post(reverse(f"offer-family-{name}", args=[offer.pk]), typed, follow=True)


# --- how many make it shown ----------------------------------------------------------------
@pytest.mark.parametrize(("count", "told"), [(few.FEW - 1, False), (few.FEW, True)])
def test_a_family_is_shown_once_so_many_people_hold_it_that_none_is_told(
    client, company, count, told
):
    offered(company, count)
    assert (company in shown_by(company)) is told
    page = page_of(client, company)
    assert (HEADING in page) is told
    assert ("Numérique" in page) is told


def test_five_offers_of_one_person_are_one_person(company, ana):
    for _n in range(few.FEW):
        make_offer(ana, organisation=company, ranked=False)
    assert shown_by(company) == {}


def test_several_skills_of_one_offer_are_one_person(company, ana):
    make_offer(ana, organisation=company, skills=["a", "b", "c", "d", "e"], ranked=False)
    assert shown_by(company) == {}


def test_a_team_in_the_organisation_s_own_name_is_enough(company, ana):
    make_offer(ana, organisation=company, somebody=None, ranked=False)
    assert shown_by(company) == {company: ["numerique"]}


def test_with_the_consent_of_one_the_family_of_their_offer_alone_is_shown(company, family, ana):
    make_offer(make_user(), organisation=company, skills=["comptes"], ranked=False)
    agree(make_offer(ana, organisation=company, ranked=False))
    assert shown_by(company) == {company: ["numerique"]}


def test_in_the_order_of_the_catalogue_and_in_the_reader_s_language(client, company, family, ana):
    make_offer(
        ana, organisation=company, somebody=None, skills=["comptes", "site-web"], ranked=False
    )
    assert shown_by(company) == {company: ["numerique", "comptes"]}
    client.cookies["django_language"] = "en"
    with translation.override("en"):
        page = page_of(client, company)
    assert "What people know how to do there" in page
    assert "Management" in page


# --- what never counts ---------------------------------------------------------------------
def _own_time(company):
    offered(company, few.FEW, time=Time.OWN)


def _own_time_of_a_team(company):
    make_offer(make_user(), organisation=company, somebody=None, time=Time.OWN, ranked=False)


def _own_time_of_people_who_belong(company):
    for offer in offered(company, few.FEW, time=Time.OWN):
        Membership.objects.create(user=offer.person, organisation=company)


def _left(company):
    for offer in offered(company, few.FEW):
        offer.person.memberships.all().delete()


def _closed_accounts(company):
    for offer in offered(company, few.FEW):
        offer.person.is_active = False
        offer.person.save()


def _paused(company):
    offered(company, few.FEW, status=OfferStatus.PAUSED)


def _suspended(company):
    offered(company, few.FEW)
    Organisation.objects.filter(pk=company.pk).update(status=OrganisationStatus.SUSPENDED)


def _of_another(company):
    offered(make_organisation("COMPANY"), few.FEW)


@pytest.mark.parametrize(
    "what",
    [
        *(_own_time, _own_time_of_a_team, _own_time_of_people_who_belong, _left),
        *(_closed_accounts, _paused, _suspended, _of_another),
    ],
)
def test_what_never_counts(company, what):
    what(company)
    assert shown_by(company) == {}
    showing = shown_families.showing(SkillFamily.objects.get())
    assert company not in Organisation.objects.accepted().filter(pk__in=showing)


def test_own_time_doesn_t_complete_the_number(company):
    offered(company, few.FEW - 1)
    _own_time_of_people_who_belong(company)
    assert shown_by(company) == {}


def test_a_consent_to_an_offer_on_own_time_shows_nothing(company, ana):
    offer = make_offer(ana, organisation=company, time=Time.OWN, ranked=False)
    Membership.objects.create(user=ana, organisation=company)
    consents.give(ana, ConsentKind.FAMILY, offer)
    assert shown_by(company) == {}


def test_the_yes_of_somebody_whom_the_offer_doesn_t_name_shows_nothing(company, ana):
    offer = make_offer(ana, organisation=company, ranked=False)
    another = make_user()
    Membership.objects.create(user=another, organisation=company)
    consents.give(another, ConsentKind.FAMILY, offer)
    assert shown_by(company) == {}


# --- for many organisations at once --------------------------------------------------------
def test_many_organisations_in_two_questions_and_as_a_condition_of_a_list(
    family, ana, django_assert_num_queries
):
    numeric, managing, silent = (make_organisation("COMPANY") for _n in range(3))
    offered(numeric, few.FEW)
    make_offer(ana, organisation=managing, somebody=None, skills=["comptes"], ranked=False)
    offered(silent, 1)
    with django_assert_num_queries(2):
        found = shown_by(numeric, managing, silent)
    assert found == {numeric: ["numerique"], managing: ["comptes"]}
    with django_assert_num_queries(2):  # its skills, then the organisations
        rows = list(Organisation.objects.filter(pk__in=shown_families.showing(family)))
    assert rows == [managing]


# --- the question to the person ------------------------------------------------------------
def test_one_click_shows_it_and_one_click_takes_it_back(client, company, ana):
    offer = make_offer(ana, organisation=company)
    client.force_login(ana)
    page = client.get(offer.get_absolute_url())
    assert "sur la page publique de mon organisation et dans l’annuaire, sans mon nom" in page.text
    key = page.context["family"].key
    for _twice in range(2):
        assert "Merci" in post(client, offer, "show", read=key).text
    assert shown_by(company) == {company: ["numerique"]}
    assert ana.first_name not in page_of(client, company).split(HEADING)[1].split("</section>")[0]
    assert "Ne plus le montrer" in client.get(offer.get_absolute_url()).text
    assert "repris" in post(client, offer, "hide").text
    assert "déjà terminé" in post(client, offer, "hide").text
    assert shown_by(company) == {}
    assert Consent.objects.standing(ana, ConsentKind.OFFER, offer).exists(), "the offer goes on"


@pytest.mark.parametrize(
    ("who", "status"), [("stranger", 404), ("colleague", 403), ("boss", 403), ("nobody", 302)]
)
def test_nobody_answers_for_them_nor_is_asked(client, company, ana, who, status):
    offer = make_offer(ana, organisation=company)
    colleague = make_user("Zoé")
    Membership.objects.create(user=colleague, organisation=company)
    readers = {"stranger": make_user(), "colleague": colleague}
    readers["boss"] = company.members.get(first_name="Bob")
    if who in readers:
        client.force_login(readers[who])
    page = client.get(offer.get_absolute_url())
    assert page.status_code != 200 or "offer-family" not in page.text
    for name in ("show", "hide"):
        url = reverse(f"offer-family-{name}", args=[offer.pk])
        assert client.post(url, {"read": "1"}).status_code == status
    assert not Consent.objects.filter(kind=ConsentKind.FAMILY).exists()


@pytest.mark.parametrize("how", ["own time", "left"])
def test_it_isn_t_asked_on_own_time_nor_of_who_has_left(client, company, ana, how):
    offer = make_offer(ana, organisation=company, time=Time.OWN if how == "own time" else Time.WORK)
    if how == "left":
        ana.memberships.all().delete()
    client.force_login(ana)
    assert "offer-family" not in client.get(offer.get_absolute_url()).text
    answer = client.post(reverse("offer-family-show", args=[offer.pk]), {"read": "1"})
    assert answer.status_code in {403, 404}
    assert not Consent.objects.filter(kind=ConsentKind.FAMILY).exists()


def test_a_yes_to_what_the_page_said_before_isn_t_kept(client, company, family, ana):
    offer = make_offer(ana, organisation=company)
    client.force_login(ana)
    read = client.get(offer.get_absolute_url()).context["family"].key
    OfferSkill.objects.create(offer=offer, skill=make_skill("comptes"))
    assert "a changé entre-temps" in post(client, offer, "show", read=read).text
    with pytest.raises(NotYet):
        own_name.show_family(offer, read=read, by=ana)
    assert not Consent.objects.filter(kind=ConsentKind.FAMILY).exists()


def edit(client, offer, **changed):
    said = {
        "title": offer.title, "about": "", "place": offer.place, "commune": offer.commune_id,
        "radius_km": "30", "starts_on": in_days(0).isoformat(), "ends_on": in_days(120).isoformat(),
        "days": ["0", "2"], "volume": "20", "unit": "hours", "capacity": "2",
        "skills": ["site-web"], "time": "WORK", "person": offer.person_id,
    }  # fmt: skip
    client.force_login(offer.person)
    page = client.post(reverse("offer-edit", args=[offer.pk]), said | changed, follow=True)
    assert "Enregistré" in page.text
    return page


def test_nor_does_it_hold_for_a_family_that_they_add_themselves_since(client, company, family, ana):
    """They were never shown it: it is asked again, and what stays within the families asks nothing."""
    offer = make_offer(ana, organisation=company)
    agree(offer)
    edit(client, offer, title="Site et boutique")
    assert shown_by(company) == {company: ["numerique"]}
    page = edit(client, offer, skills=["site-web", "comptes"])
    assert shown_by(company) == {}
    assert reverse("offer-family-show", args=[offer.pk]) in page.text
    agree(offer)
    assert shown_by(company) == {company: ["numerique", "comptes"]}
    edit(client, offer, skills=["comptes"])
    assert shown_by(company) == {company: ["comptes"]}


def test_leaving_the_organisation_ends_the_yes_for_good(company, ana):
    offer = make_offer(ana, organisation=company)
    agree(offer)
    people.leave(company.memberships.get(user=ana), now=timezone.now())
    ended = Consent.objects.get(kind=ConsentKind.FAMILY)
    assert ended.ended_because == Consent.Ended.CHANGED
    Membership.objects.create(user=ana, organisation=company)
    assert shown_by(company) == {}


def test_it_is_taken_back_from_the_page_of_one_s_yeses_too(client, company, ana):
    agree(make_offer(ana, organisation=company))
    client.force_login(ana)
    given = Consent.objects.get(kind=ConsentKind.FAMILY)
    back = reverse("consent-take-back", args=[given.pk])
    assert back in client.get(reverse("consents")).text
    assert "L’offre elle-même reste comme elle est" in client.get(back).text
    client.post(back)
    assert shown_by(company) == {}
    assert given.person.offers.get().status == OfferStatus.PUBLISHED


# --- the names of two organisations -------------------------------------------------------
def test_taking_one_s_yes_back_isn_t_said_to_hide_names_that_another_s_yes_shows(client, company):
    boss, second_boss = make_user("Salima", "Benali"), make_user("Driss")
    for one in (boss, second_boss):
        Membership.objects.create(user=one, organisation=company, role="ADMINISTRATOR")
    first, second = delivered(company), delivered(company)
    Need.objects.filter(pk=second.need_id).update(organisation=first.need.organisation)
    say_yes(first, boss)
    say_yes(Mission.objects.get(pk=second.pk), second_boss)
    client.force_login(boss)
    given = Consent.objects.get(person=boss, kind=ConsentKind.WORKED_WITH, about=first.pk)
    back = reverse("consent-take-back", args=[given.pk])
    said = client.get(back).text
    client.post(back)
    assert worked_with.partners_of(company) == [first.need.organisation]
    assert "ne sont plus montrés ensemble" not in said
    assert "l’accord de quelqu’un d’autre" in said


def test_somebody_who_agreed_to_two_fields_isn_t_told_of_one(client, company, family, ana):
    """“Que ce domaine y soit montré” was read below two of them."""
    offer = make_offer(ana, organisation=company, skills=["site-web", "comptes"], ranked=False)
    assert len(shown_families.of_offer(offer)) == 2
    agree(offer)
    client.force_login(ana)
    page = page_of(client, offer)
    assert "que cela y soit montré" in page
    assert "que ce domaine" not in page


def test_the_other_of_two_is_called_by_one_name(client, company, ana):
    """“L’autre côté n’est pas prévenu” was read where all the rest of the site says “l’autre partie”."""
    need = make_need(member=ana)
    offer = make_offer(make_user(), ranked=False)
    make_proposal(need, offer)
    client.force_login(ana)
    page = client.get(reverse("offer-block", args=[offer.pk])).text
    assert "L’autre partie n’est pas prévenue" in page
    assert "autre côté" not in page
