"""Who can help: a structure reads in numbers what is offered to it before it has written anything, and nobody's name."""

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import GroupTie, Membership, Organisation
from accounts.states import OrganisationStatus
from marketplace.actions.talk import blocks
from marketplace.figures import offered
from marketplace.figures.offered import FAMILY, SKILL, Reach
from marketplace.models import Offer, OfferSkill, Place, Skill, SkillFamily, Time
from marketplace.states import OfferStatus
from tests.factories import (
    in_days,
    make_authority,
    make_commune,
    make_coordinator,
    make_offer,
    make_organisation,
    make_pole,
    make_skill,
    make_user,
)

PAGE, HOME, NEW = reverse("who-helps"), reverse("home"), reverse("need-new")
CEILING = 13  # the header's by hand apart; nothing of the book is asked
LENS = {"insee": "62498", "name": "Lens", "latitude": 50.4289, "longitude": 2.8319}  # 27 km away


@pytest.fixture(autouse=True)
def nothing_kept():
    caches["counts"].clear()
    yield
    caches["counts"].clear()


@pytest.fixture
def aline(client):
    user = make_user("Aline", "Moreau")
    client.force_login(user)
    return user


@pytest.fixture
def structure(aline):
    return make_organisation(name="Les Bottines", member=aline)


def offers(number, **fields):
    return [make_offer(make_user(), ranked=False, **fields) for _ in range(number)]


def everybody(structure, read_by, **filters):
    return offered.to(structure, read_by=read_by, **filters).everybody


# --- what is counted ----------------------------------------------------------------------------
def test_a_radius_is_kept_on_site_and_only_the_pole_counts_remotely(aline, structure):
    lens = make_commune(**LENS)
    for km, place in ((26, "ON_SITE"), (28, "ON_SITE"), (28, "BOTH"), (5, "REMOTE"), (5, "BOTH")):
        make_offer(make_user(), commune=lens, radius_km=km, place=place, ranked=False)
    make_offer(make_user(), pole=make_pole("À côté", departments=("13",)), ranked=False)
    assert everybody(structure, aline) == Reach(at_all=4, near=2, remote=3)


def test_somebody_with_several_offers_counts_once_and_each_team_once(aline, structure):
    noe = make_user("Noé")
    company = make_organisation(Organisation.Kind.COMPANY)
    make_skill("compta", "Comptabilité")
    for skills in (["site-web"], ["compta"], ["site-web", "compta"]):
        make_offer(noe, skills=skills, ranked=False)
    make_offer(organisation=company, somebody=None, skills=["site-web", "compta"], ranked=False)
    found = offered.to(structure, read_by=aline, kinds=[FAMILY, SKILL])
    assert found.everybody.at_all == 2
    assert [reach.at_all for reach in found.by(FAMILY).values()] == [2]
    assert [reach.at_all for reach in found.by(SKILL).values()] == [2, 2]


@pytest.mark.parametrize(
    "hidden",
    [
        {"status": OfferStatus.PAUSED},
        {"status": OfferStatus.DRAFT},
        {"ends_on": in_days(-1), "starts_on": in_days(-9)},
    ],
)
def test_what_isn_t_offered_any_more_isn_t_counted(aline, structure, hidden):
    make_offer(ranked=False, **hidden)
    assert everybody(structure, aline) == Reach()


def test_what_is_offered_in_the_name_of_a_suspended_company_isn_t_counted_but_own_time_is(
    aline, structure
):
    company = make_organisation(Organisation.Kind.COMPANY, status=OrganisationStatus.SUSPENDED)
    make_offer(organisation=company, ranked=False)
    assert everybody(structure, aline).at_all == 0
    make_offer(organisation=company, time=Time.OWN, ranked=False)
    assert everybody(structure, aline).at_all == 1


def test_working_time_and_own_time_are_counted_apart_when_asked(aline, structure):
    company = make_organisation(Organisation.Kind.COMPANY)
    make_offer(make_user(), organisation=company, ranked=False)
    make_offer(make_user(), ranked=False)
    assert everybody(structure, aline).at_all == 2
    assert everybody(structure, aline, time=Time.WORK).at_all == 1
    assert everybody(structure, aline, time=Time.OWN).at_all == 1


def test_what_its_own_people_offer_at_home_isn_t_counted_for_whoever_employs_them(aline):
    town = make_authority(member=aline, name="Ville de Lens")
    agent = make_user("Nora")
    Membership.objects.create(user=agent, organisation=town)
    make_offer(agent, ranked=False)
    make_offer(make_user(), ranked=False)
    neighbour = make_organisation(member=make_user())
    assert everybody(town, aline).at_all == 1
    assert everybody(neighbour, neighbour.members.get()).at_all == 2
    Membership.objects.filter(user=agent).delete()
    assert everybody(town, aline).at_all == 2


def test_nor_is_it_counted_for_another_organisation_of_the_one_who_answers_for_them(
    aline, structure
):
    company = make_organisation(Organisation.Kind.COMPANY, administrator=aline)
    agent = make_user("Nora")
    Membership.objects.create(user=agent, organisation=company)
    make_offer(agent, ranked=False)
    assert everybody(structure, aline).at_all == 0
    other = make_user()
    Membership.objects.create(user=other, organisation=structure)
    assert everybody(structure, other).at_all == 1


def test_somebody_with_another_offer_that_is_shown_still_counts(aline, structure):
    colleague = make_user()
    Membership.objects.create(user=colleague, organisation=structure)
    company = make_organisation(Organisation.Kind.COMPANY)
    make_skill("compta", "Comptabilité")
    make_offer(colleague, skills=["site-web"], ranked=False)
    make_offer(colleague, organisation=company, skills=["compta"], ranked=False)
    found = offered.to(structure, read_by=aline, kinds=[FAMILY, SKILL])
    assert found.everybody.at_all == 1
    held = {Skill.objects.get(pk=pk).code: reach.at_all for pk, reach in found.by(SKILL).items()}
    assert held == {"site-web": 0, "compta": 1}


def test_neither_its_own_offers_nor_those_of_its_group_count(aline, structure):
    head = make_organisation(member=make_user())
    tie = {"asked_by": aline, "agreed_by": aline, "agreed_at": "2026-01-01T00:00Z"}
    GroupTie.objects.create(member=structure, head=head, **tie)
    sister = make_organisation()
    GroupTie.objects.create(member=sister, head=head, **tie)
    for organisation in (structure, head, sister, make_organisation()):
        make_offer(make_user(), organisation=organisation, ranked=False)
    assert everybody(structure, aline).at_all == 1
    GroupTie.objects.update(ended_at="2026-02-01T00:00Z")
    assert everybody(structure, aline).at_all == 3


def test_whoever_keeps_it_away_isn_t_counted(aline, structure):
    [offer, _other] = offers(2)
    block = blocks.block(by=offer.person, organisation=structure)
    assert everybody(structure, aline).at_all == 1
    blocks.unblock(block, by=offer.person)
    assert everybody(structure, aline).at_all == 2


def test_large_counts_are_kept_for_a_while_and_so_is_what_is_left_out_for_each_reader(
    aline, structure, monkeypatch
):
    monkeypatch.setattr(offered, "MANY", 2)
    mine, *_others = offers(3)
    assert everybody(structure, aline).at_all == 3
    offers(1)
    assert everybody(structure, aline).at_all == 3
    Membership.objects.create(user=mine.person, organisation=structure)
    assert everybody(structure, mine.person).at_all == 2
    assert everybody(structure, aline, time=Time.OWN).at_all == 3
    caches["counts"].clear()
    assert everybody(structure, aline).at_all == 3


@pytest.mark.parametrize("act", ["begins", "ends"])
@pytest.mark.parametrize("kinds", [[FAMILY], [FAMILY, SKILL]])
def test_no_number_moves_within_the_minute_as_one_s_own_people_begin_or_end_at_home(
    aline, monkeypatch, act, kinds
):
    """It would move for nobody else, since everybody else is counted once a minute."""
    monkeypatch.setattr(offered, "MANY", 2)
    town = make_authority(administrator=aline, name="Ville de Lens")
    agent = make_user("Nora")
    Membership.objects.create(user=agent, organisation=town)
    status = OfferStatus.PAUSED if act == "begins" else OfferStatus.PUBLISHED
    offer = make_offer(agent, ranked=False, status=status)
    offers(3)
    before = offered.to(town, read_by=aline, kinds=kinds)
    Offer.objects.filter(pk=offer.pk).update(
        status=OfferStatus.PUBLISHED if act == "begins" else OfferStatus.PAUSED
    )
    assert offered.to(town, read_by=aline, kinds=kinds) == before
    assert offered.to(town, read_by=aline).everybody == before.everybody
    caches["counts"].clear()
    assert offered.to(town, read_by=aline, kinds=kinds) == before


# --- what is read ---------------------------------------------------------------------------------
def test_numbers_of_five_or_more_are_rounded_and_fewer_aren_t_told(client, structure):
    offers(7)
    SkillFamily.objects.create(code="langues", label_fr="Langues", label_en="Languages")
    languages = SkillFamily.objects.get(code="langues")
    Skill.objects.create(code="anglais", label_fr="Anglais", label_en="English", family=languages)
    offers(3, skills=["anglais"])
    page = (answer := client.get(PAGE)).text
    assert "Les Bottines : environ 10 personnes ou équipes peuvent aider" in page
    [line] = answer.context["lines"]
    assert (line.family.code, line.told) == ("numerique", "environ 5")
    assert [(skill.code, told) for skill, told, _need in line.skills] == [("site-web", "environ 5")]
    assert [one.family.code for one in answer.context["few"]] == ["langues"]
    assert "Et moins de cinq personnes ou équipes dans chacun de ces domaines" in page
    assert "Anglais" not in page
    for name in ("Noé", "Lambert", "Développeur web"):
        assert name not in page


def test_teams_are_not_said_to_be_people(client, structure):
    offers(5, organisation=make_organisation("COMPANY"), somebody=None)
    page = client.get(PAGE).text
    assert "Chaque personne et chaque équipe compte une fois" in page


def test_a_filter_is_in_the_address_and_nonsense_in_it_is_left_out(client, structure):
    offers(5, place=Place.ON_SITE)
    offers(10, place=Place.REMOTE)
    assert "environ 15 personnes ou équipes" in client.get(PAGE).text
    assert (
        "environ 5 personnes ou équipes sont prêtes à venir"
        in client.get(PAGE, {"place": "ON_SITE"}).text
    )
    remote = client.get(PAGE, {"place": "REMOTE", "time": "OWN"}).text
    assert "environ 10 personnes ou équipes" in remote
    assert "place=REMOTE&amp;time=OWN" in remote  # what the need begins with
    assert "environ 15 personnes" in client.get(PAGE, {"place": "NULLE", "time": "\0"}).text
    at_work = client.get(PAGE, {"time": "WORK"}).text
    assert "Personne avec ce choix" in at_work
    assert f'href="?structure={structure.pk}"' in at_work


def test_where_nobody_offers_anything_the_page_says_what_to_do(client, structure):
    page = client.get(PAGE).text
    assert "Personne ne propose son aide autour de vous en ce moment" in page
    assert NEW in page


def test_a_family_and_a_skill_begin_a_need(client, structure):
    offers(5)
    make_skill("compta", "Comptabilité")
    [line] = client.get(PAGE).context["lines"]
    [(_skill, _told, need)] = line.skills
    begun = client.get(f"{NEW}?{need}").context["picker"]
    assert [one.skill.code for one in begun.chosen] == ["site-web"]
    answer = client.get(f"{NEW}?{line.need}&place=REMOTE&time=WORK&tout=oui")
    assert {skill.code for skill in answer.context["picker"].found} == {"site-web", "compta"}
    assert "Proposer la compétence" not in answer.text
    assert answer.context["form"].initial["place"] == "REMOTE"
    assert answer.context["form"].initial["time"] == "WORK"
    assert client.get(NEW, {"family": "inconnue", "more": "x"}).status_code == 200


def test_of_many_skills_the_first_then_all_of_the_family_that_is_opened(client, structure):
    people = offers(5, skills=[f"metier-{number}" for number in range(8)])
    assert len(people) == 5
    page = client.get(PAGE)
    [line] = page.context["lines"]
    assert (len(line.skills), line.all_skills) == (4, 8)
    assert f"?structure={structure.pk}&amp;famille=numerique#famille-numerique" in page.text
    page = client.get(PAGE, {"famille": "numerique"})
    [line] = page.context["lines"]
    assert (len(line.skills), line.all_skills) == (8, 0)
    assert "<details open>" in page.text
    assert client.get(PAGE, {"famille": "\0"}).status_code == 200


def test_the_families_come_in_the_reader_s_language(client, structure, aline):
    offers(5)
    aline.language = "en"
    aline.save()
    page = client.get(PAGE).text
    assert "Digital" in page
    assert "Les Bottines: about 5 people or teams can help" in page


# --- for whom -------------------------------------------------------------------------------------
@pytest.mark.parametrize("status", [OrganisationStatus.SUBMITTED, OrganisationStatus.MORE_ASKED])
def test_a_structure_that_waits_to_be_verified_reads_it_too(client, structure, status):
    Organisation.objects.filter(pk=structure.pk).update(status=status)
    assert client.get(PAGE).status_code == 200
    assert PAGE in client.get(HOME).text


@pytest.mark.parametrize(
    "status", [OrganisationStatus.REFUSED, OrganisationStatus.SUSPENDED, OrganisationStatus.CLOSED]
)
def test_one_that_was_refused_suspended_or_closed_doesn_t(client, structure, status):
    Organisation.objects.filter(pk=structure.pk).update(status=status)
    assert client.get(PAGE).status_code == 403
    assert PAGE not in client.get(HOME).text


def test_it_is_closed_to_everybody_else(client, structure, aline):
    client.logout()
    assert client.get(PAGE).status_code == 302
    company = make_organisation(Organisation.Kind.COMPANY, member=make_user())
    for who in (make_user(), company.members.get(), make_coordinator()):
        client.force_login(who)
        assert client.get(PAGE).status_code == 403
        assert PAGE not in client.get(HOME).text
    Membership.objects.filter(user=aline).delete()
    client.force_login(aline)
    assert client.get(PAGE).status_code == 403


def test_with_several_structures_one_is_chosen_in_the_address_and_never_somebody_else_s(
    client, structure, aline
):
    lens = make_commune(**LENS)
    second = make_organisation(name="L’Atelier", member=aline, commune=lens)
    elsewhere = make_organisation(
        name="Le Large", member=aline, pole=make_pole("À côté", departments=("13",))
    )
    offers(5, commune=lens, radius_km=5, place=Place.ON_SITE)
    offers(10, pole=elsewhere.pole)
    assert "Personne ne propose son aide" in client.get(PAGE).text
    page = client.get(PAGE, {"structure": second.pk}).text
    assert "L’Atelier : environ 5 personnes ou équipes peuvent aider" in page
    assert "Agir pour L’Atelier et publier un besoin" in page
    assert f"{NEW}?" not in page  # it would be written in another name
    assert "environ 10 personnes ou équipes" in client.get(PAGE, {"structure": elsewhere.pk}).text
    for unknown in (make_organisation().pk, "x"):
        assert client.get(PAGE, {"structure": unknown}).status_code == 404


def test_where_nobody_offers_a_need_isn_t_begun_in_another_s_name(client, structure, aline):
    pole = make_pole("À côté", departments=("13",))
    second = make_organisation(name="L’Atelier", member=aline, pole=pole)
    page = client.get(PAGE, {"structure": second.pk}).text
    assert "Agir pour L’Atelier" in page
    assert f'href="{NEW}"' not in page.split("<main")[1]


def test_the_number_of_questions_doesn_t_grow_with_the_offers(client, structure, aline):
    def questions():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(PAGE).status_code == 200
        return len(asked)

    colleague = make_user()
    Membership.objects.create(user=colleague, organisation=structure)
    make_offer(colleague, ranked=False)
    offers(5)
    client.get(PAGE)
    before = questions()
    for number in range(5):
        make_skill(f"autre-{number}")
        offers(5, skills=[f"autre-{number}"])
        make_offer(colleague, skills=[f"autre-{number}"], ranked=False)
    assert questions() == before
    assert OfferSkill.objects.count() == 36


def test_families_and_skills_are_counted_of_the_same_offers_read_once(client, structure, aline):
    offers(5)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as asked:
        client.get(PAGE)
    (counts,) = [one["sql"] for one in asked if "'SKILL'" in one["sql"]]
    assert "'FAMILY'" in counts
