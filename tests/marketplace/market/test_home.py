"""One's own home: few questions to the database, whatever waits there, and each line says what it should."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import invitations
from accounts.models import Organisation
from accounts.states import OrganisationStatus
from marketplace.actions.missions import hours
from marketplace.models import HoursEntry, Need, Origin, Regime
from marketplace.ranking import clock
from marketplace.rules import service_levels
from marketplace.states import MissionStatus, NeedStatus, OfferStatus
from tests.factories import (
    in_days,
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_proposal,
    make_user,
    verify,
)
from tests.marketplace.home_lines import lines_of

HOME = reverse("home")
# Twelve is the target, fifteen what a page may ask. One goes by hand and isn't counted here; the five of the book are asked once
# a process, but nothing is kept of what is read inside a test's transaction. One settles what the bell holds, one asks whether
# one's address opens an organisation; of whoever sees the people of one that lends, one asks whether any are lent. Five find
# first, from indexes, of which few rows the long ones are; one of these says too whether gatherings, waiting lists, rounds, wishes
# to learn, offers or skills have anything for this page.
MOST = {"structure": 28, "company": 23, "coordinator": 15, "newcomer": 18}
STATES = [
    {"status": MissionStatus.FRAMING},
    {"status": MissionStatus.AGREEMENT, "regime": Regime.LOAN},
    {"status": MissionStatus.DOCUMENTS, "regime": Regime.LOAN},
    {"status": MissionStatus.RUNNING, "regime": Regime.LOAN},
    {"status": MissionStatus.DISPUTED},
    {"status": MissionStatus.VALUED, "regime": Regime.LOAN},
]


@pytest.fixture
def house():
    """A company, an association with a bit of everything, and those who meet there."""
    company = make_organisation(
        Organisation.Kind.COMPANY, legal_form=Organisation.LegalForm.SAS, member=make_user()
    )
    structure = make_organisation(member=make_user())
    employee = company.members.get()
    for state in STATES:
        need = make_need(structure, places=2)
        make_mission(work=True, company=company, person=employee, need=need, **state)
    for number in range(2):
        need = make_need(structure, title=f"Tenir nos comptes {number}")
        make_proposal(need, make_offer(employee, organisation=company), origin=Origin.INVITATION)
        make_proposal(need, make_offer(first(number)))
    make_need(structure, status=NeedStatus.DRAFT, title="Un brouillon")
    make_offer(employee, organisation=company, status=OfferStatus.EXPIRED)
    make_offer(make_user())
    make_need(make_organisation(member=make_user()), published_at=timezone.now())
    clock.refresh_marked(now=timezone.now())
    return structure, company


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def first(number: int):
    return make_user(first_name="Ibrahim", last_name=f"Sarr{number}")


def test_a_structure_s_home_asks_few_questions(client, house, django_assert_max_num_queries):
    structure, _company = house
    client.force_login(structure.members.get())
    client.get(HOME)
    # Five of them: who can help now, who of them is in touch, who stays hidden.
    with django_assert_max_num_queries(MOST["structure"]):
        page = client.get(HOME).text
    assert "Ibrahim S. attend votre réponse" in page
    assert "Un brouillon" in page
    assert "Qui pourrait vous aider" in page
    assert "Missions en préparation ou en cours" in page


def test_a_draft_leads_and_another_need_comes_after(client):
    aline = make_user()
    structure = make_organisation(member=aline)
    client.force_login(aline)
    post = f'<a class="btn btn-%s" href="{reverse("need-new")}">'
    assert post % "accent" in client.get(HOME).text
    draft = make_need(structure, status=NeedStatus.DRAFT)
    page = client.get(HOME).text
    assert post % "quiet" in page
    assert f'<a class="btn btn-accent" href="{reverse("need-steps", args=[draft.pk])}">' in page


def test_a_new_structure_sees_what_it_sent_and_what_it_is_asked(client):
    administrator, member = make_user(), make_user()
    structure = make_organisation(
        administrator=administrator, member=member, status=OrganisationStatus.MORE_ASKED
    )
    structure.steps.create(before="SUBMITTED", after="MORE_ASKED", reason="Quel numéro ?")
    make_need(structure, status=NeedStatus.SUBMITTED, title="Tenir nos comptes")
    client.force_login(administrator)
    page = client.get(HOME).text
    assert "La coordination vous a posé une question" in page
    assert structure.get_absolute_url() in page
    assert "Tenir nos comptes" in page
    assert "vous êtes à jour" not in page
    client.force_login(member)
    page = client.get(HOME).text
    assert "vous a posé une question" not in page
    assert "a besoin de précisions" in page
    assert "Tenir nos comptes" in page


def test_who_applied_sees_what_they_wait_for_and_who_must_answer_does_not(client):
    zoe, aline = make_user(first_name="Zoé"), make_user()
    need = make_need(member=aline, title="Tenir nos comptes")
    proposal = make_proposal(need, make_offer(zoe))
    client.force_login(zoe)
    page = client.get(HOME).text
    assert "Ce que vous attendez" in page
    assert proposal.get_absolute_url() in page
    client.force_login(aline)
    page = client.get(HOME).text
    assert "Ce que vous attendez" not in page
    assert proposal.get_absolute_url() in page


@pytest.mark.parametrize("word", ["RUNNING", "SUSPENDED", "LEFT", "DISPUTED"])
def test_a_mission_that_has_stopped_is_said_so_and_not_until_when(client, word):
    head = make_user()
    need = make_need(member=head)
    mission = make_mission(work=True, need=need, status=MissionStatus.RUNNING, regime=Regime.LOAN)
    type(mission).objects.filter(pk=mission.pk).update(status=word)
    client.force_login(head)
    page = client.get(HOME).text.partition("Missions en préparation ou en cours")[2]
    when = page.partition('<div class="line-when">')[2].partition("</div>")[0]
    state = str(MissionStatus(word).label)
    stopped = word != MissionStatus.RUNNING
    assert when == (state[0].upper() + state[1:] if stopped else mission.when_in_short)


def test_a_company_s_home_asks_few_questions(client, house, django_assert_max_num_queries):
    structure, company = house
    client.force_login(company.members.get())
    client.get(HOME)
    with django_assert_max_num_queries(MOST["company"]):
        page = client.get(HOME).text
    assert f"{structure} attend votre réponse" in page
    assert "Les dates sont passées" in page
    assert "Des besoins qui conviennent à vos offres" in page


def test_a_coordinator_s_home_asks_few_questions(client, house, django_assert_max_num_queries):
    structure, _company = house
    client.force_login(make_coordinator(structure.pole))
    client.get(HOME)
    with django_assert_max_num_queries(MOST["coordinator"]):
        page = client.get(HOME).text
    assert "Missions en préparation ou en cours" in page
    assert "Un brouillon" not in page


def test_a_newcomer_s_home_asks_few_questions(client, house, django_assert_max_num_queries):
    client.force_login(make_user(trade="Comptable"))
    client.get(HOME)
    with django_assert_max_num_queries(MOST["newcomer"]):
        client.get(HOME)


def test_the_person_of_an_offer_is_named_discreetly_and_a_team_by_its_company(client):
    structure = make_organisation(member=make_user())
    team = make_offer(None, organisation=make_organisation(Organisation.Kind.COMPANY, name="Acme"))
    team.person = None
    team.save()
    make_proposal(make_need(structure), team)
    make_proposal(make_need(structure), make_offer(first(7)))
    client.force_login(structure.members.get())
    page = client.get(HOME).text
    assert "Une équipe (Acme) attend votre réponse" in page
    assert "Sarr7" not in page


def test_cards_name_the_first_skills_the_required_ones_before(client):
    need = make_need(skills=["redaction", "site-web", "logo", "excel"])
    required, *welcome = need.wanted.order_by("-pk")
    for row in welcome:
        row.required = False
        row.save()
    client.force_login(make_user())
    for page in (HOME, reverse("needs")):
        cards = client.get(page).text
        named = " · ".join(str(row.skill) for row in need.wanted.select_related("skill")[:3])
        assert named.startswith(str(required.skill))
        assert f"{named} …" in cards


def test_a_side_that_the_coordinators_put_forward_is_not_said_to_wait(client):
    """« Les Petits Galibots attend votre réponse » stood although the structure had been asked nothing before."""
    proposal = make_proposal(
        make_need(make_organisation(member=make_user())), make_offer(first(8)),
        origin=Origin.COORDINATOR, offer_said_yes_at=None,
    )  # fmt: skip
    structure = proposal.need.organisation
    for person, other in (
        (structure.members.get(), "Ibrahim S."),
        (proposal.offer.person, structure.name),
    ):
        client.force_login(person)
        page = client.get(HOME).text
        assert f"Proposé par la coordination, avec {other}" in page
        assert "attend votre réponse" not in page


def test_contested_hours_wait_on_the_home_of_who_wrote_them(client):
    """The home said that nothing waited."""
    mission = make_mission(
        status=MissionStatus.RUNNING, starts_on=in_days(-20), ends_on=in_days(20)
    )
    entry = HoursEntry.objects.create(
        mission=mission, person=mission.offer.person, day=in_days(-1), hours=2,
    )  # fmt: skip
    treasurer = mission.need.organisation.members.get()
    hours.contest(entry, why="C’était mardi.", by=treasurer, now=timezone.now())
    client.force_login(mission.offer.person)
    page = client.get(HOME).text
    assert "certaines de vos heures ne sont pas justes" in page
    assert reverse("mission-hours", args=[mission.pk]) in page
    assert "Rien ne vous attend" not in page
    client.force_login(treasurer)
    assert "ne sont pas justes" not in client.get(HOME).text


def test_a_need_that_was_not_retained_waits_to_be_reworked_for_a_month(client):
    boss = make_user()
    need = make_need(member=boss, status=NeedStatus.REFUSED, submitted_at=timezone.now())
    client.force_login(boss)
    page = client.get(HOME).text
    assert "Il n’a pas été retenu tel quel" in page
    assert need.get_absolute_url() in page
    Need.objects.update(updated_at=timezone.now() - timedelta(days=31))
    assert "Rien ne vous attend" in client.get(HOME).text


def test_who_registered_what_was_refused_reads_so_at_home(client):
    """The home said that nothing waited, and nothing of the refusal."""
    boss = make_user()
    structure = make_organisation(
        administrator=boss, name="Cap Ouvert", status=OrganisationStatus.REFUSED
    )
    client.force_login(boss)
    page = client.get(HOME).text
    assert "n’a pas pu accepter Cap Ouvert" in page
    assert structure.get_absolute_url() in page


def test_an_invitation_to_join_an_organisation_waits_on_the_home_too(client):
    """Not “nothing waits for you”, beside a page that says that somebody does."""
    nina, asker = verify(make_user()), make_user(first_name="Gaspard", last_name="Vasseur")
    structure = make_organisation(name="Compagnie du Fanal", administrator=asker)
    now = timezone.now()
    invitations.invite(structure, email=nina.email, role="MEMBER", by=asker, now=now)
    client.force_login(nina)
    page = client.get(HOME)
    assert "Gaspard Vasseur vous invite à rejoindre" in page.text
    [line] = page.context["lines"]
    assert client.get(line.url).status_code == 200
    client.post(line.url)
    assert client.get(HOME).context["lines"] == []


@pytest.mark.parametrize("gone", ["made a member", "left", "closed"])
def test_an_invitation_by_somebody_who_administers_no_more_waits_nowhere(client, gone):
    nina, asker = verify(make_user()), make_user()
    structure = make_organisation(administrator=asker)
    invitations.invite(structure, email=nina.email, role="MEMBER", by=asker, now=timezone.now())
    theirs = structure.memberships.filter(user=asker)
    if gone == "made a member":
        theirs.update(role="MEMBER")
    elif gone == "left":
        theirs.delete()
    else:
        type(asker).objects.filter(pk=asker.pk).update(is_active=False)
    client.force_login(nina)
    assert client.get(HOME).context["lines"] == []
    assert invitations.pending_for(nina) == []


def test_a_company_s_home_says_whose_offer_a_need_suits_and_offers_nobody_else_s_help(client):
    """“Your skills” stood there without a name; only whoever would come applies."""
    ana, bob = make_user("Ana", "Blot"), make_user("Bob", "Cros")
    company = make_organisation(Organisation.Kind.COMPANY, member=ana)
    company.memberships.create(user=bob)
    need = make_need(make_organisation(member=make_user()))
    offer = make_offer(ana, organisation=company, title="Développement web")
    clock.refresh_marked(now=timezone.now())
    theirs, mine = client_of(bob), client_of(ana)
    apply = reverse("need-apply", args=[need.pk])
    for page in (HOME, offer.get_absolute_url()):
        assert need.title in theirs.get(page).text
        assert apply not in theirs.get(page).text
        assert apply in mine.get(page).text
    whose = "Avec l’offre «\xa0Développement web\xa0» – Ana B."
    assert whose in theirs.get(HOME).text
    assert whose not in mine.get(HOME).text


def test_the_front_page_counts_people_and_teams_and_not_their_offers(client):
    make_need()
    noe, company = make_user(), make_organisation(Organisation.Kind.COMPANY)
    for _offer in range(20):
        make_offer(noe, ranked=False)
    make_offer(organisation=company, somebody=None)
    assert "personnes et équipes prêtes à aider" not in client.get(HOME).text
    for _person in range(8):
        make_offer(make_user(), ranked=False)
    page = client.get(HOME).text
    assert "<strong>10</strong> personnes et équipes prêtes à aider" in page


def test_a_volunteer_reads_what_the_structure_will_see_of_them(client):
    """The proposal shows more than a first name: what they offer, and a letter of their last name."""
    need, offer = make_need(), make_offer(make_user("Noé", "Lambert"), title="Développeur web")
    sentence = "l’initiale de votre nom"
    assert sentence in client.get(reverse("how-it-works")).text
    client.force_login(offer.person)
    assert sentence in client.get(reverse("need-apply", args=[need.pk])).text
    proposal = make_proposal(need, offer)
    client.force_login(need.created_by)
    page = client.get(proposal.get_absolute_url()).text
    assert "Noé L., Développeur web" in page
    assert offer.person.last_name not in page


@pytest.mark.parametrize(
    ("kind", "then"),
    [
        (Organisation.Kind.ESS, "la coordination lit aussi chacun d’eux avant sa publication"),
        (Organisation.Kind.COMPANY, "vous les publierez vous-mêmes ensuite"),
    ],
)
def test_nothing_is_promised_to_become_public_by_itself_after_the_verification(client, kind, then):
    """A draft stays one: somebody sends it, or publishes it."""
    boss = make_user()
    organisation = make_organisation(kind, administrator=boss, status=OrganisationStatus.SUBMITTED)
    client.force_login(boss)
    page = client.get(HOME).text
    assert then in page
    assert "publics dès que" not in page
    draft = make_need(organisation, status=NeedStatus.DRAFT, created_by=boss)
    organisation.move(OrganisationStatus.ACCEPTED, by=None)
    draft.refresh_from_db()
    assert draft.status == NeedStatus.DRAFT


def test_an_answer_is_late_only_once_the_day_it_is_asked_by_has_passed(client):
    """“En retard” was read of an answer that its own page asks for in three days’ time."""
    head = make_user()
    proposal = make_proposal(make_need(member=head))
    asked_at = proposal.created_at
    by = service_levels.promise_of(proposal).answer_by
    for day, urgency in (
        (by - timedelta(days=3), "calm"),
        (by, "soon"),
        (by + timedelta(days=4), "late"),
    ):
        now = asked_at + (day - timezone.localdate(asked_at))
        (line,) = lines_of(head, head.memberships.all(), now=now)
        assert line.urgency == urgency, day


def test_whoever_is_on_a_mission_isnt_told_that_nothing_is_left_to_do(client):
    mission = make_mission(status=MissionStatus.RUNNING, starts_on=in_days(-3), ends_on=in_days(9))
    client.force_login(mission.offer.person)
    page = client.get("/").text
    assert "notez vos heures au fil des jours" in page
    assert "vous êtes à jour" not in page


def test_whoever_runs_the_site_reads_where_it_tells_what_it_needs(client):
    client.force_login(make_user(is_staff=True, is_superuser=True))
    page = client.get(reverse("home")).text
    assert "vous êtes à jour" not in page
    for name in ("health", "letters-desk", "mail-tests", "legal-edit", "admin:index"):
        assert f'href="{reverse(name)}"' in page, name
