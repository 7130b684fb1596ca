"""A local authority asks and lends from one account; the law says which ones lend, and how."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.legal_forms import LegalForm
from accounts.models import Commune, Organisation
from marketplace import ranking
from marketplace.actions.documents import documents as papers
from marketplace.actions.documents import signatures
from marketplace.actions.market import consents, offers, proposals
from marketplace.actions.missions import regimes, renewals
from marketplace.actions.refusals import NotYet
from marketplace.models import (
    ConsentKind,
    Document,
    Eligibility,
    Kind,
    Mission,
    Offer,
    Party,
    Regime,
    RegimeChoice,
    Review,
    Side,
    Signature,
    Time,
)
from marketplace.ranking import clock
from marketplace.rules import permissions
from marketplace.rules.lenders import why_not
from notifications.models import Notification
from tests.factories import (
    make_authority,
    make_commune,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_proposal,
    make_user,
)
from tests.marketplace.documents import document_desk


@pytest.fixture
def mayor():
    return make_user(first_name="Sophie")


@pytest.fixture
def town(mayor):
    return make_authority(administrator=mayor, name="Ville de Lille")


@pytest.fixture
def village(mayor):
    small = make_commune("59002", "Abancourt", population=3_500)
    return make_authority(administrator=mayor, commune=small)


@pytest.mark.parametrize(
    ("level", "population", "lends"),
    [
        ("COMMUNE", 3_500, False),
        ("COMMUNE", 3_501, True),
        ("COMMUNE", 0, True),  # not known
        ("EPCI", 900, True),
        ("DEPARTMENT", 900, True),
    ],
)
def test_a_municipality_lends_from_a_number_of_inhabitants_on(level, population, lends):
    commune = make_commune("59002", "Abancourt", population=population)
    said = why_not(make_authority(level, commune=commune), timezone.localdate())
    assert (said == "") == lends
    if not lends:
        assert "3\xa0500 habitants" in said


def test_its_people_post_needs_and_offer_agents(client, mayor, town):
    assert permissions.can_write_need(mayor, town)
    assert permissions.can_offer_for(mayor, town)
    client.force_login(mayor)
    assert client.get(reverse("need-new")).context["need"].organisation == town
    assert client.get(reverse("offer-new")).context["organisation"] == town


def test_the_menu_says_both(client, mayor, town):
    client.force_login(mayor)
    home = client.get(reverse("home")).text
    assert "Nos besoins" in home
    assert "Ce que nous offrons" in home
    assert "Publier un besoin" in home or "Déposer un besoin" in home
    assert "<h1>Nos besoins" in client.get(reverse("my-needs")).text
    assert "Ce que nous offrons</h1>" in client.get(reverse("offers")).text


def test_how_it_works_speaks_to_local_authorities(client):
    page = client.get(reverse("how-it-works")).text
    assert "Vous êtes une collectivité" in page
    assert "mettre à disposition des fonctionnaires" in page


def test_whoever_has_registered_nothing_yet_reads_of_local_authorities(client):
    """“Un besoin est publié au nom d’une association…” was read by a town's general secretary."""
    client.force_login(make_user())
    assert "ou d’une collectivité" in client.get(reverse("need-new")).text
    assert "ou votre collectivité" in client.get(reverse("home")).text
    assert (
        "pour une association, une entreprise ou une collectivité"
        in client.get(reverse("offer-new")).text
    )


def test_whoever_does_one_of_the_two_keeps_the_menu_of_before(client):
    person = make_user()
    make_organisation("COMPANY", administrator=person)
    client.force_login(person)
    home = client.get(reverse("home")).text
    assert "Nos besoins" not in home
    assert "Ce que nous offrons" not in home


def test_a_small_municipality_asks_but_lends_nobody(client, mayor, village):
    """Whoever comes from there still offers their own time."""
    assert permissions.can_write_need(mayor, village)
    assert not permissions.can_offer_for(mayor, village)
    client.force_login(mayor)
    page = client.get(reverse("offer-new"))
    assert "La loi réserve la mise à disposition" in page.text
    assert page.context["organisation"] is None
    assert "Ce que nous offrons" not in page.text
    assert "Nos besoins" in page.text
    assert "Mes offres</h1>" in client.get(reverse("offers")).text


def test_what_it_offered_before_isnt_shown_again(village):
    offer = make_offer(organisation=village, time="WORK", status="PAUSED")
    with pytest.raises(NotYet, match="La loi réserve"):
        offers.publish(offer, by=offer.created_by)
    assert Offer.objects.get().status == "PAUSED"


def test_what_it_shows_is_paused_and_both_sides_are_told_why(mayor, village, town):
    make_need(town)
    offer, other = make_offer(organisation=village), make_offer(organisation=town)
    own = make_offer(mayor)
    own.organisation = village
    own.save()
    waiting = make_proposal(make_need(), offer)
    for _twice in range(2):
        offers.expire_past(timezone.localdate())
    assert dict(Offer.objects.values_list("pk", "status")) == {
        offer.pk: "PAUSED",
        other.pk: "PUBLISHED",
        own.pk: "PUBLISHED",
    }
    waiting.refresh_from_db()
    assert waiting.status == "CLOSED"
    letter = Notification.objects.get(kind="offer_stopped", recipient=offer.person)
    assert "3\xa0500 habitants" in letter.text
    assert Notification.objects.filter(kind="proposal_closed", recipient=waiting.need.created_by)


def found_too_small(mission_or_proposal, village):
    """A coordinator corrects what the employer is, while an answer or a signature is awaited."""
    small = Organisation.objects.filter(pk=mission_or_proposal.offer.organisation_id)
    small.update(kind="AUTHORITY", legal_form="PUBLIC", level="COMMUNE", commune=village.commune)


def chosen(mission, whose):
    return regimes.choose(
        mission, whose=whose, directs="STRUCTURE", receipt="YES", by=mission.offer.created_by
    )


def test_its_agents_come_under_their_own_frame_alone(client, town):
    mission = make_mission(offer=make_offer(organisation=town, time="WORK"))
    with pytest.raises(NotYet, match="dans le seul cadre"):
        chosen(mission, RegimeChoice.Whose.COMPANY)
    assert chosen(mission, RegimeChoice.Whose.PUBLIC).regime == "PUBLIC_AGENT"
    client.force_login(mission.need.created_by)
    page = client.get(reverse("mission-regime", args=[mission.pk]))
    choices = dict(page.context["form"].fields["whose"].choices)
    assert "COMPANY" not in choices


def test_no_frame_is_found_for_the_agents_of_a_small_municipality(village):
    mission = make_mission(offer=make_offer(organisation=village, time="WORK"))
    with pytest.raises(NotYet, match="La loi réserve"):
        chosen(mission, RegimeChoice.Whose.PUBLIC)


def test_its_year_tells_what_it_received_or_what_it_gave(client, mayor, town):
    make_need(town)
    client.force_login(mayor)
    year = reverse("organisation-year", args=[town.pk, timezone.localdate().year])
    assert "Ce que la structure a reçu" in client.get(year).text
    assert "Ce qu’elle a donné" in client.get(year, {"sens": "donne"}).text


def said_of(mission, side, words):
    author = mission.offer.person if side == "OFFER" else mission.need.created_by
    review = Review.objects.create(
        mission=mission, author=author, side=side, rating=5, words=words, again=True
    )
    consents.give(author, ConsentKind.QUOTE, review)


def test_its_year_quotes_each_word_where_it_is_about(client, mayor, town):
    """“Un vrai coup d’accélérateur”, said of its agent, stood under what it had received; a company’s words about how
    it was welcomed there stood under what it had given."""
    came = make_mission(work=True, need=make_need(town), status="CLOSED")
    lent = make_mission(work=True, company=town, status="CLOSED")
    a_month_ago = timezone.now() - timedelta(days=30)  # by now reviews are open
    Mission.objects.update(delivered_at=a_month_ago)
    said_of(came, "OFFER", "Une équipe accueillante.")
    said_of(lent, "NEED", "Un vrai coup d’accélérateur.")
    client.force_login(mayor)
    year = reverse("organisation-year", args=[town.pk, timezone.localdate().year])
    for side, mission in (("recu", came), ("donne", lent)):
        quoted = list(client.get(year, {"sens": side}).context["testimonials"])
        assert [one.mission for one in quoted] == [mission]
    assert {one.mission for one in Review.objects.public_about(town)} == {came, lent}


def test_another_year_tells_the_same_side(client, mayor, town):
    client.force_login(mayor)
    this = timezone.localdate().year
    page = client.get(reverse("organisation-year", args=[town.pk, this]), {"sens": "donne"})
    before = reverse("organisation-year", args=[town.pk, this - 1])
    assert f'href="{before}?sens=donne"' in page.text


def test_what_it_gave_is_for_those_who_oversee_it(client, town):
    member = make_user()
    town.memberships.create(user=member)
    client.force_login(member)
    year = reverse("organisation-year", args=[town.pk, timezone.localdate().year])
    assert client.get(year).status_code == 200
    assert client.get(year, {"sens": "donne"}).status_code == 403


def test_its_duties_are_those_of_both(client, mayor, town):
    client.force_login(mayor)
    kinds = client.get(reverse("duties", args=[town.pk])).context["form"].fields["kind"].choices
    assert {"HR", "TREASURER", "SIGNATORY", "MANAGER"} <= {value for value, _words in kinds}
    assert len(kinds) == len(dict(kinds))


def test_nothing_goes_on_with_the_agents_of_a_small_municipality(village):
    mission = make_mission(work=True, company=make_authority("EPCI"), status="CLOSED")
    found_too_small(mission, village)
    type(mission).objects.update(started_at=timezone.now())
    with pytest.raises(NotYet, match="La loi réserve"):
        renewals.renew(
            type(mission).objects.get(),
            starts_on=mission.ends_on + timedelta(days=1),
            ends_on=mission.ends_on + timedelta(days=30),
            hours=10,
            by=mission.need.created_by,
        )


def test_a_small_municipality_is_led_to_no_programme_and_no_offer_of_agents(client, mayor, village):
    client.force_login(mayor)
    page = client.get(village.get_absolute_url()).text
    assert reverse("programmes", args=[village.pk]) not in page
    Organisation.objects.update(status="SUBMITTED")
    page = client.get(village.get_absolute_url()).text
    assert "Préparer un besoin" in page
    assert "Préparer une offre" not in page
    Commune.objects.update(population=3_501)
    page = client.get(village.get_absolute_url()).text
    assert "Préparer une offre" in page
    assert reverse("programmes", args=[village.pk]) in page


def test_an_authority_or_a_cooperative_keeps_no_accounts_of_classes_86_and_87(client, mayor, town):
    """They are those of associations: the mayor's office was offered entries that its own accounts don't know."""
    client.force_login(mayor)
    year = timezone.localdate().year
    page = client.get(reverse("receipts-year", args=[town.pk, year])).text
    assert "plan comptable des associations" in page
    assert "864/875" not in page
    assert reverse("organisation-entries", args=[town.pk, year, "csv"]) not in page
    Organisation.objects.filter(pk=town.pk).update(legal_form=LegalForm.SCIC)
    page = client.get(reverse("receipts-year", args=[town.pk, year])).text
    assert "Une coopérative ou une société tient le plan comptable général" in page
    entries = reverse("organisation-entries", args=[town.pk, year, "csv"])
    assert client.get(entries, {"rate": "12"}).status_code == 404
    assert reverse("organisation-entries", args=[town.pk, year, "csv"]) not in page
    mission = make_mission(need=make_need(town), status="RUNNING")
    Mission.objects.filter(pk=mission.pk).update(started_at=timezone.now())
    page = client.get(reverse("organisation-year", args=[town.pk, year])).text
    assert reverse("receipts-year", args=[town.pk, year]) in page
    assert not re.search(r"Pour la comptabilité(?s:(?!</section>).)*?\b86\d?\b", page)


def test_the_page_about_receipts_says_when_an_authority_may_give_one(client, mayor, town):
    """“Oui” was asked once for all; the law looks at what each gift is for."""
    client.force_login(mayor)
    assert "à quoi sert le don" in client.get(reverse("eligibility", args=[town.pk])).text
    mission = make_mission(work=True, need=make_need(town), regime="PRESTATION", status="VALUED")
    Eligibility.objects.create(
        organisation=town, status="RESCRIT", category="PUBLIC", declared_by=mayor,
        verified_by=mayor, verified_at=timezone.now(),
    )  # fmt: skip
    assert "à quoi sert le don" in client.get(reverse("mission-receipt", args=[mission.pk])).text
    association = make_organisation(administrator=mayor)
    assert (
        "à quoi sert le don" not in client.get(reverse("eligibility", args=[association.pk])).text
    )


def test_whoever_comes_for_a_town_is_of_no_company(client, mayor, town):
    """“Votre entreprise souhaite vous proposer” was read by its agent, and a town counted among “Entreprises venues
    aider”."""
    agent = make_user(first_name="Yasmina")
    offer = make_offer(
        agent, organisation=town, created_by=mayor, status="DRAFT", agrees=False, title="Juriste"
    )
    offers.publish(offer, by=mayor)
    client.force_login(agent)
    page = client.get(offer.get_absolute_url()).text
    assert "Votre employeur souhaite vous proposer" in page
    assert "Votre entreprise" not in page
    mission = make_mission(work=True, company=town, status="RUNNING")
    mission.started_at = timezone.now()
    mission.save()
    structure = mission.need.organisation
    client.force_login(mission.need.created_by)
    year = reverse("organisation-year", args=[structure.pk, timezone.localdate().year])
    page = client.get(year).text
    assert "Employeurs de ces missions" in page
    assert "Entreprises venues" not in page


@pytest.mark.parametrize("named", [True, False], ids=["names its employer", "in their own name"])
def test_what_an_agent_offers_at_home_isn_t_shown_to_the_town_that_asks(client, mayor, town, named):
    """A town that has published a need reads the offers of its pôle: not those of its own agents' free time."""
    agent = make_user("Zacharie", "Quenot")
    town.memberships.create(user=agent)
    offer = make_offer(
        agent, organisation=town if named else None, time=Time.OWN, title="Photographe du samedi"
    )
    helped = make_user()
    neighbour = make_organisation(member=helped)
    for structure, reader, shown in ((town, mayor, False), (neighbour, helped, True)):
        need = make_need(structure, member=reader)
        clock.refresh_marked(now=timezone.now())
        client.force_login(reader)
        ask = reverse("need-ask-offer", args=[need.pk, offer.pk])
        doors = [offer.get_absolute_url(), ask, reverse("offer-block", args=[offer.pk])]
        assert [client.get(door).status_code for door in doors] == [200 if shown else 404] * 3
        page = client.get(reverse("need-candidates", args=[need.pk])).text
        assert ("Zacharie" in page) is shown
        kept = ranking.best_kept(need.organisation.needs.all(), Offer.objects.none())
        assert [match.offer for match in kept[Side.NEED]] == ([offer] if shown else [])
        assert [match.offer for match in ranking.untold(need)] == ([offer] if shown else [])
    assert [match.need.organisation for match in ranking.needs_for(offer)] == [neighbour]


def test_nobody_says_yes_to_the_agent_of_a_town_found_to_be_too_small(village):
    waits = make_proposal(offer=make_offer(organisation=make_authority("EPCI")))
    found_too_small(waits, village)
    with pytest.raises(NotYet, match="La loi réserve"):
        proposals.accept(waits, side=Side.NEED, by=waits.need.created_by)
    assert not Mission.objects.exists()


def test_nor_is_their_convention_made_or_signed(village):
    mission = document_desk.make_mission(Regime.PRESTATION)
    boss, now = document_desk.head_of(mission.need.organisation), timezone.now()
    paper = papers.make(Kind.CONVENTION_SERVICE, mission, by=boss, now=now)
    found_too_small(mission, village)
    mission = Mission.objects.get()
    with pytest.raises(NotYet, match="La loi réserve"):
        papers.make(Kind.CONVENTION_SERVICE, mission, by=boss, now=now)
    with pytest.raises(NotYet, match="La loi réserve"):
        signatures.sign(
            Document.objects.get(), party=Party.STRUCTURE, read=paper.sha256, by=boss,
            name="Inès Marchal", capacity="présidente", how=Signature.How.ACCOUNT, now=now,
        )  # fmt: skip
    assert not Signature.objects.exists()


@pytest.mark.parametrize("act", [proposals.propose, proposals.invite])
def test_nor_is_an_agent_s_own_time_put_forward_to_the_town_by_hand(mayor, town, act):
    agent = make_user("Zacharie", "Quenot")
    town.memberships.create(user=agent)
    offer, need = make_offer(agent), make_need(town, member=mayor)
    with pytest.raises(NotYet, match="n’y est pas proposé"):
        act(need, offer, word="Il sait faire.", by=mayor)
    assert not Notification.objects.exists()
    act(make_need(), offer, word="Il sait faire.", by=mayor)
