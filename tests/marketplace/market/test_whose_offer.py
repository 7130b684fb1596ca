"""For whom somebody counts on the side of an offer: asked of one row, and of the database, it is one answer."""

from datetime import timedelta
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from marketplace import letters
from marketplace.actions.market import freshness, offers, proposals, responsiveness
from marketplace.models import (
    Duty,
    Mission,
    Need,
    Offer,
    Origin,
    Proposal,
    Side,
    Thread,
    Time,
)
from marketplace.rules import audience, permissions
from marketplace.rules.mission_roles import Reader
from marketplace.states import OfferStatus
from notifications.models import Notification
from tests.factories import (
    make_authority,
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_proposal,
    make_user,
)
from tests.marketplace.home_lines import lines_of

pytestmark = pytest.mark.django_db
COMPANY = Organisation.Kind.COMPANY


def people_of_all_sorts(companies):
    """Of none, of one, of both; members, administrators, and one with each duty."""
    found = [make_user(first_name="Étrangère")]
    for company in companies:
        for role in Membership.Role.values:
            found.append(make_user(first_name=role))
            Membership.objects.create(user=found[-1], organisation=company, role=role)
        for kind in Duty.COMPANY:
            found.append(make_user(first_name=kind))
            membership = Membership.objects.create(user=found[-1], organisation=company)
            Duty.objects.create(membership=membership, kind=kind, given_by=found[-1])
    both = make_user(first_name="Deux")
    for company in companies:
        Membership.objects.create(user=both, organisation=company)
    return [*found, both]


def offers_of_all_sorts(people, companies, chance):
    """Whoever would come and whoever wrote it may belong there or not: they may have left."""
    need = make_need()
    made = []
    while len(made) < 60:
        company = chance.choice([*companies, None])
        person = chance.choice([*people, None]) if company else chance.choice(people)
        time = chance.choice(Time.values) if company else Time.OWN
        offer = make_offer(
            make_user(), somebody=person, organisation=company, time=time,
            created_by=chance.choice(people), skills=(), belongs=False,
        )  # fmt: skip
        made.append(Proposal.objects.create(need=need, offer=offer, created_by=offer.created_by))
    return made


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_row_and_the_database_say_the_same_of_anybody_and_any_offer(seed):
    companies = [make_organisation(COMPANY), make_organisation(COMPANY)]
    people = people_of_all_sorts(companies)
    proposals = offers_of_all_sorts(people, companies, Random(seed))
    for user in people:
        answered = set(
            Proposal.objects.filter(Proposal.offered_by(user)).values_list("pk", flat=True)
        )
        owned = set(Offer.objects.owned_by(user).values_list("pk", flat=True))
        reader = Reader.of(user, user.memberships.select_related("organisation"))
        for proposal in proposals:
            offer = proposal.offer
            said = f"{user.first_name}, {offer.time}, {offer.person}, {offer.organisation}"
            assert permissions.answers_for_offer(user, offer) == (proposal.pk in answered), said
            assert reader._answers_for(offer) == (proposal.pk in answered), said
            assert permissions.owns_offer(user, offer) == (offer.pk in owned), said


@pytest.fixture
def boss():
    return make_user(first_name="Paul", last_name="Delattre")


@pytest.fixture
def company(boss):
    return make_organisation(COMPANY, administrator=boss, name="Fonderie des Hauts")


@pytest.fixture
def mission(company):
    return make_mission(work=True, company=company)


def goes(mission):
    Membership.objects.get(
        user=mission.offer.person, organisation=mission.offer.organisation
    ).delete()


def test_who_has_left_the_company_is_not_on_its_side_any_more(mission, boss):
    person = mission.offer.person
    goes(mission)
    for found in (
        Mission.objects.visible_to(person).filter(pk=mission.pk),
        Proposal.objects.visible_to(person),
        Thread.objects.visible_to(person),
        Thread.objects.taken_part_in_by(person),
        Offer.objects.filter(organisation=mission.offer.organisation).visible_to(person),
        Offer.objects.owned_by(person),
    ):
        assert not found.exists(), found.model
    assert permissions.side_of(person, mission.proposal) is None
    assert not permissions.can_log_hours(person, mission)
    assert permissions.side_of(boss, mission.proposal) == "OFFER"


def test_own_time_stays_theirs_whatever_company_the_offer_names(company):
    person = make_user(first_name="Rose")
    offer = make_offer(person, organisation=company, time=Time.OWN)
    proposal = Proposal.objects.create(need=make_need(), offer=offer, created_by=person)
    assert permissions.answers_for_offer(person, offer)
    assert Proposal.objects.visible_to(person).get() == proposal
    assert Offer.objects.visible_to(person).filter(pk=offer.pk).exists()


def test_who_has_left_hears_no_more_of_what_is_done_at_work(mission, boss):
    person = mission.offer.person
    assert list(audience.offering(mission.offer)) == [person]
    goes(mission)
    assert list(audience.offering(mission.offer)) == [boss], "those in charge hear in their place"


def test_the_one_in_charge_who_also_wrote_the_offer_hears_once(company, boss):
    offer = make_offer(make_user(), organisation=company, belongs=False, created_by=boss)
    second = make_user(first_name="Odile")
    Membership.objects.create(user=second, organisation=company, role=Membership.Role.ADMINISTRATOR)
    assert list(audience.offering(offer)) == [boss, second]


def test_whoever_was_in_charge_and_closed_their_account_leaves_it_to_the_administrators(
    company, boss
):
    csr = make_user(first_name="Odile")
    membership = Membership.objects.create(user=csr, organisation=company)
    Duty.objects.create(membership=membership, kind=Duty.Kind.CSR, given_by=boss)
    assert list(audience.in_charge_at(company)) == [csr]
    csr.is_active = False
    csr.save(update_fields=["is_active"])
    assert list(audience.in_charge_at(company)) == [boss]


def test_who_wrote_an_offer_and_left_hears_no_more_of_it(company, boss):
    wrote = make_user(first_name="Odile")
    team = make_offer(make_user(), somebody=None, organisation=company, created_by=wrote)
    assert list(audience.offering(team)) == [boss]


def test_a_colleague_who_wrote_down_somebodys_own_time_hears_nothing_of_it(company):
    wrote = make_user(first_name="Odile")
    Membership.objects.create(user=wrote, organisation=company)
    offer = make_offer(make_user(), organisation=company, time=Time.OWN, created_by=wrote)
    assert list(audience.offering(offer)) == [offer.person]


def private_need(time, company, person):
    need = make_need(is_listed=False)
    offer = make_offer(person, organisation=company, time=time)
    Proposal.objects.create(need=need, offer=offer, created_by=person)
    return need


def test_a_private_need_shows_to_no_colleague_of_who_applies_on_their_own_time(company, boss):
    person = make_user(first_name="Rose")
    colleague = make_user(first_name="Odile")
    for user in (person, colleague):
        Membership.objects.create(user=user, organisation=company)
    own = private_need(Time.OWN, company, person)
    assert Need.objects.visible_to(person).filter(pk=own.pk).exists()
    for other in (colleague, boss):
        assert not Need.objects.visible_to(other).filter(pk=own.pk).exists()


def test_a_private_need_shows_to_those_who_answer_for_what_is_done_at_work(company, boss):
    person = make_user(first_name="Rose")
    colleague = make_user(first_name="Odile")
    for user in (person, colleague):
        Membership.objects.create(user=user, organisation=company)
    need = private_need(Time.WORK, company, person)
    for user, sees in ((person, True), (boss, True), (colleague, False)):
        assert Need.objects.visible_to(user).filter(pk=need.pk).exists() == sees
    Membership.objects.get(user=person).delete()
    assert not Need.objects.visible_to(person).filter(pk=need.pk).exists()


def test_a_draft_that_waits_is_told_to_nobody_who_has_left(company):
    wrote = make_user(first_name="Odile")
    draft = make_offer(make_user(), organisation=company, created_by=wrote, status="DRAFT")
    letters.draft_waiting(draft, occasion="2026-11-02")
    assert not Notification.objects.filter(kind="draft_waiting").exists()
    Membership.objects.create(user=wrote, organisation=company)
    letters.draft_waiting(draft, occasion="2026-11-02")
    assert Notification.objects.get(kind="draft_waiting").recipient == wrote


def test_ones_own_time_keeps_no_company_awake(company):
    """Or its silence would tell it what its people do at home."""
    long_ago = timezone.localtime() - timedelta(days=400)
    Organisation.objects.filter(pk=company.pk).update(created_at=long_ago)
    make_offer(make_user(), organisation=company, time=Time.OWN)
    freshness.ask_quiet_organisations(timezone.now())
    assert Notification.objects.filter(kind="organisation_quiet").exists()


def test_ones_own_time_says_nothing_of_how_a_company_answers(client, company):
    """Its public page would tell an employer that its people are asked in their free time, and how soon they answer."""
    noe, now = make_user(first_name="Noé"), timezone.now()
    Membership.objects.create(user=noe, organisation=company)
    own = make_offer(noe, organisation=company, time=Time.OWN)
    lent = make_offer(noe, organisation=company)
    for _many in range(3):
        make_proposal(
            offer=own, origin=Origin.INVITATION, offer_said_yes_at=now + timedelta(hours=2)
        )
    responsiveness.count(now)
    client.force_login(company.members.first())
    assert "Répond en" not in client.get(company.get_absolute_url()).text
    for _many in range(3):
        make_proposal(
            offer=lent, origin=Origin.INVITATION, offer_said_yes_at=now + timedelta(days=2)
        )
    assert responsiveness.count(now) == 1
    assert "Répond en 2 jours" in client.get(company.get_absolute_url()).text


def test_the_employer_of_an_offer_is_no_company_where_it_is_a_town(client):
    town = make_organisation("COMPANY", legal_form="PUBLIC", administrator=make_user())
    offer = make_offer(organisation=town, status=OfferStatus.PUBLISHED)
    client.force_login(offer.person)
    said = client.get(offer.get_absolute_url()).text
    assert "<dt>Employeur</dt>" in said
    assert "<dt>Entreprise</dt>" not in said
    assert "mon entreprise" not in client.get(reverse("offer-new")).text


def test_a_draft_of_before_a_move_is_shown_in_the_pole_of_today():
    """Until it is verified a company may turn out to be elsewhere."""
    company = make_organisation(COMPANY, member=make_user(), legal_form="SAS")
    offer = make_offer(company.members.get(), organisation=company, status=OfferStatus.DRAFT)
    here, there = make_coordinator(company.pole), make_coordinator(make_pole("Voisin", ["62"]))
    company.pole = there.memberships.get().organisation.pole
    company.save()
    offers.publish(Offer.objects.get(pk=offer.pk), by=offer.person)
    seen = [Offer.objects.visible_to(one).filter(pk=offer.pk).exists() for one in (here, there)]
    assert seen == [False, True]


@pytest.mark.parametrize("who", ["employee", "manager", "coordinator"])
def test_what_suits_an_offer_is_told_as_theirs_to_whoever_it_names_alone(client, who):
    """“De votre côté : Site internet” was read by the company's manager and by the coordinators."""
    people = {"employee": make_user(), "manager": make_user(), "coordinator": make_coordinator()}
    company = make_organisation(COMPANY, administrator=people["manager"])
    offer = make_offer(people["employee"], organisation=company)
    proposal, need = make_proposal(make_need(), offer), make_need()
    client.force_login(people[who])
    pages = [client.get(one.get_absolute_url()).text for one in (proposal, offer, need)]
    for page in pages[: 2 if who == "coordinator" else 3]:
        assert ("De votre côté" in page) == (who == "employee")
        assert ("La compétence demandée" in page) == (who != "employee")
    assert ("Vous et ce besoin" in pages[2]) == (who == "employee")


def test_nobody_is_asked_to_answer_where_the_person_named_alone_may(client):
    """“Répondre” stood on the home of whoever runs the programme, before a page where they can't say yes."""
    boss, employee = make_user(), make_user(first_name="Léa", last_name="Brun")
    company = make_organisation(COMPANY, administrator=boss)
    make_proposal(make_need(), make_offer(employee, organisation=company), origin=Origin.INVITATION)
    lines = {}
    for who in (boss, employee):
        rows = Membership.objects.filter(user=who)
        lines[who] = [(one.is_theirs, one.act) for one in lines_of(who, rows)]
        client.force_login(who)
        page = client.get(reverse("home")).text
        assert ("Léa Brun doit répondre" in page) == (who == boss)
    assert lines == {boss: [(True, "")], employee: [(False, "Répondre")]}


def test_whoever_cant_say_yes_isnt_asked_to_answer_by_a_day(client):
    boss, employee = make_user(), make_user(first_name="Léa", last_name="Brun")
    company = make_organisation(COMPANY, administrator=boss)
    offer = make_offer(employee, organisation=company)
    asked = make_proposal(make_need(), offer, origin=Origin.INVITATION)
    for who, is_asked in ((boss, False), (employee, True)):
        client.force_login(who)
        page = client.get(asked.get_absolute_url()).text
        assert ("Merci de répondre d’ici le" in page) == is_asked
        assert ("Une réponse a été promise à l’autre partie d’ici le" in page) != is_asked


def test_whoever_comes_for_an_association_may_choose_it_too(client):
    """“Vous venez pour une entreprise ou une collectivité ?” was read by whoever an association lends."""
    client.force_login(make_user())
    assert "pour une association, une entreprise ou" in client.get(reverse("offer-new")).text
    said = Offer(time=Time.WORK, person=make_user())
    with pytest.raises(ValidationError, match="Seul un employeur"):
        said.validate_constraints()


@pytest.mark.parametrize(
    ("lender", "team"),
    [
        (lambda boss: make_organisation(administrator=boss), False),
        (lambda boss: make_authority(administrator=boss), False),
        (lambda boss: make_organisation(administrator=boss, legal_form="SCIC"), True),
        (lambda boss: make_organisation("COMPANY", administrator=boss), True),
    ],
    ids=["an association", "an authority", "a cooperative", "a company"],
)
def test_no_team_is_spoken_of_where_people_are_lent_by_name_alone(client, lender, team):
    """“Une personne, ou une équipe” was read by an association, in whose legal frame no team comes."""
    boss = make_user()
    employer = lender(boss)
    client.force_login(boss)
    form = client.get(reverse("offer-new")).text
    assert ("équipe" in form.partition("Métier ou intitulé")[0].partition("<h1")[2]) == team
    offer = Offer(organisation=employer, created_by=boss, time=Time.WORK)
    assert ("équipe" in offer.discreet_name) == team
    assert employer.name in offer.discreet_name


def test_a_structure_isnt_thanked_for_having_been_ready():
    """“Merci d’avoir été disponible” was written to whoever had asked for help."""
    need = make_need(member=make_user())
    offers.expire(make_proposal(need, make_offer()).offer)
    said = Notification.objects.get(kind="proposal_closed", recipient=need.created_by).text
    assert "Merci d’avoir été disponible" not in said


def test_whoever_has_offered_reads_of_their_own_place_as_the_other_side_does(client):
    """“Cette personne est maintenant engagée dans une autre mission” was said to that very person, by letter and page."""
    zoe = make_user("Zoé")
    offer = make_offer(zoe)
    taken, other = (make_proposal(make_need(member=make_user()), offer) for _need in range(2))
    proposals.accept(taken, side=Side.NEED, by=taken.need.created_by)
    for reader in (zoe, other.need.created_by):
        letter = Notification.objects.get(kind="proposal_closed", recipient=reader).text
        client.force_login(reader)
        for read in (letter, client.get(other.get_absolute_url()).text):
            assert "L’offre a maintenant toutes les missions qu’elle peut prendre." in read
            assert "Cette personne" not in read


def test_the_letter_to_whoever_runs_the_programme_says_for_whom_the_mission_is():
    """“Une mission pour vous”, “Pourquoi vous” were read by a director, of somebody of the house."""
    boss, employee = make_user(), make_user(first_name="Léa", last_name="Brun")
    company = make_organisation(COMPANY, administrator=boss)
    offer = make_offer(employee, organisation=company, created_by=boss)
    need = make_need(member=make_user())
    proposals.invite(need, offer, word="", by=need.created_by)
    to_boss, to_employee = (
        Notification.objects.get(kind="proposal_to_offer", recipient=who)
        for who in (boss, employee)
    )
    assert to_boss.subject.startswith("Une mission pour Léa Brun")
    assert "Pourquoi vous" not in to_boss.text
    assert to_employee.subject.startswith("Une mission pour vous")
    assert "Pourquoi vous" in to_employee.text
