"""The review: by the letter's link without a password, brakes and enablers, what is learnt, what may be quoted."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from common.dates import spoken
from marketplace.actions.missions import followups, missions
from marketplace.models import (
    Case,
    Consent,
    ConsentKind,
    Duty,
    FollowUp,
    Mission,
    Offer,
    Proposal,
    Regime,
    Review,
    Side,
    SkillGained,
    Voice,
    factors,
)
from marketplace.models.desk.promises import REVIEWS_AWAITED
from marketplace.rules import permissions
from marketplace.states import MissionStatus
from tests.factories import make_mission, make_organisation, make_skill, make_user
from tests.marketplace.documents.document_desk import duty, give_hours

ENOUGH = {"rating": "5", "again": "yes"}


@pytest.fixture
def mission():
    found = make_mission(status=MissionStatus.DELIVERED)
    Mission.objects.filter(pk=found.pk).update(delivered_at=timezone.now() - timedelta(days=2))
    return found


@pytest.fixture
def asked(mission):
    followups.ask_due(timezone.localdate())
    return FollowUp.objects.get(kind="REVIEW", side=Side.NEED)


def days_over(mission):
    """For both sides: what has been given may be read."""
    over = timezone.now() - REVIEWS_AWAITED
    Mission.objects.filter(pk=mission.pk).update(delivered_at=over)


def by_link(follow_up):
    return f"{followups.link(follow_up)}bilan/"


def test_one_click_then_the_rest_without_a_password(client, asked):
    page = client.post(followups.link(asked), {"answer": "GOOD", "words": ""}, follow=True)
    assert page.redirect_chain[-1][0] == by_link(asked)
    said = ENOUGH | {
        "arrived": "YES",
        "used": "SOON",
        "recommend": "9",
        "gained": [str(make_skill().pk)],
        "learnt": "Tenir le site à jour.",
        "brakes": ["calendars"],
        "enablers": ["need-clear", "listening"],
        "words": "Un vrai coup de pouce.",
        "may_quote": "on",
    }
    page = client.post(by_link(asked), said, follow=True)
    assert "Merci" in page.content.decode()
    review = Review.objects.get()
    assert (review.side, review.author, review.recommend) == (Side.NEED, asked.asked, 9)
    assert [row.code for row in review.factors.all()] == ["calendars", "listening", "need-clear"]
    assert (SkillGained.objects.get().skill, SkillGained.objects.get().by) == (make_skill(), "NEED")


def test_nothing_is_chosen_beforehand_whatever_the_click_said(client, asked):
    client.post(followups.link(asked), {"answer": "GOOD", "words": ""})
    page = client.get(by_link(asked)).text
    assert 'name="rating"' in page
    assert "checked" not in page
    assert client.post(by_link(asked), {"again": "yes"}).status_code == 200
    assert not Review.objects.exists()


def test_two_questions_are_enough(client, asked):
    client.post(by_link(asked), ENOUGH)
    assert Review.objects.get().rating == 5


def test_the_link_gives_one_review_and_opens_nothing_else(client, asked, mission):
    client.post(by_link(asked), ENOUGH)
    client.post(by_link(asked), {"rating": "1", "again": "no"})
    assert Review.objects.get().rating == 5
    assert client.get(mission.get_absolute_url()).status_code == 302
    assert client.get(reverse("review-by-link", args=["12:faux"])).status_code == 404


def test_opening_the_link_says_nothing(client, asked):
    page = client.get(by_link(asked))
    assert page.status_code == 200
    assert not Review.objects.exists()


def test_the_home_asks_for_the_review_as_soon_as_the_work_is_delivered_and_once(client, mission):
    """The letter goes at once, the follow-up a day later: meanwhile nobody is told that nothing waits for them."""
    Mission.objects.filter(pk=mission.pk).update(delivered_at=timezone.now())
    page = reverse("mission-review", args=[mission.pk])
    people = [mission.need.created_by, mission.offer.person]
    for asked_too in (False, True):
        for person in people:
            client.force_login(person)
            assert [line.url for line in client.get("/").context["lines"]] == [page], asked_too
        assert followups.ask_due(timezone.localdate() + timedelta(days=1)) == (
            0 if asked_too else 2
        )


def test_with_both_reviews_the_mission_is_reviewed_the_company_s_is_not_waited_for():
    mission = give_hours(
        make_mission(work=True, status=MissionStatus.DELIVERED, regime=Regime.LOAN)
    )
    person, by = mission.offer.person, mission.need.organisation.members.get()
    missions.review(mission, side=Voice.COMPANY, by=person, rating=4, again=True)
    missions.review(mission, side=Voice.OFFER, by=person, rating=4, again=True)
    mission.refresh_from_db()
    assert mission.status == MissionStatus.DELIVERED
    missions.review(mission, side=Voice.NEED, by=by, rating=4, again=True)
    mission.refresh_from_db()
    assert mission.status == MissionStatus.REVIEWED


def test_the_page_says_in_whose_name_a_review_is_given(client):
    """The same person may come and answer for the company: two reviews, told apart."""
    mission = give_hours(
        make_mission(work=True, status=MissionStatus.DELIVERED, regime=Regime.LOAN)
    )
    person, by = mission.offer.person, mission.need.organisation.members.get()
    for side, who in ((Voice.NEED, by), (Voice.OFFER, person), (Voice.COMPANY, person)):
        missions.review(mission, side=side, by=who, rating=4, again=True)
    client.force_login(by)
    page = client.get(mission.get_absolute_url()).text
    day = spoken(timezone.localdate(), "j F Y")
    assert page.count(f'<span class="soft">{day}</span>') == 1
    for organisation in (mission.need.organisation, mission.offer.organisation):
        assert f'<span class="soft">{organisation} · {day}</span>' in page


def test_of_a_mission_that_is_over_nothing_is_still_to_be_handed_over(client):
    mission = make_mission(status=MissionStatus.CLOSED)
    Mission.objects.filter(pk=mission.pk).update(started_at=timezone.now())
    client.force_login(mission.offer.person)
    assert "Rien pour l’instant" not in client.get(mission.get_absolute_url()).text


def test_nobody_is_invited_to_begin_a_conversation_about_what_is_over(client):
    mission = make_mission(status=MissionStatus.CLOSED)
    client.force_login(mission.offer.person)
    page = client.get(mission.get_absolute_url()).text
    assert "Un premier mot facilite tout" not in page
    assert "Personne n’a écrit" in page


def test_the_company_is_asked_in_its_own_name(client):
    mission = make_mission(work=True, status=MissionStatus.DELIVERED)
    head = make_user(first_name="Rosa")
    Membership.objects.create(
        user=head, organisation=mission.offer.organisation, role="ADMINISTRATOR"
    )
    Mission.objects.filter(pk=mission.pk).update(delivered_at=timezone.now() - timedelta(days=2))
    followups.ask_due(timezone.localdate())
    asked = FollowUp.objects.get(side=Voice.COMPANY)
    assert asked.asked == head
    page = client.get(by_link(asked)).content.decode()
    assert "Ce qui a été appris" not in page
    client.post(by_link(asked), ENOUGH)
    assert Review.objects.get().side == Voice.COMPANY


def test_a_company_is_asked_nothing_of_what_its_people_do_on_their_own_time():
    """One company is asked of one mission, and not of its employee's other one."""
    lent = make_mission(work=True, status=MissionStatus.DELIVERED)
    company, person = lent.offer.organisation, lent.offer.person
    head = make_user(first_name="Rosa")
    Membership.objects.create(user=head, organisation=company, role="ADMINISTRATOR")
    own = make_mission(person=person, status=MissionStatus.DELIVERED)
    Offer.objects.filter(pk=own.offer_id).update(organisation=company)
    Mission.objects.update(delivered_at=timezone.now() - timedelta(days=2))
    own = Mission.objects.get(pk=own.pk)
    followups.ask_due(timezone.localdate())
    asked = FollowUp.objects.filter(side=Voice.COMPANY)
    assert [(one.mission, one.asked) for one in asked] == [(lent, head)]
    assert not permissions.has_voice(head, own, Voice.COMPANY)
    assert permissions.has_voice(head, lent, Voice.COMPANY)


@pytest.mark.parametrize("who", ["human resources", "who wrote the offer", "an administrator"])
def test_no_colleague_reviews_in_the_name_of_who_came(client, who):
    """It would stand in their own path, and they could give none any more."""
    writer = make_user(first_name="Odile")
    mission = make_mission(work=True, status=MissionStatus.DELIVERED)
    company = mission.offer.organisation
    officer = Membership.objects.create(user=make_user(), organisation=company)
    duty(officer.user, company, Duty.Kind.CSR)
    role = "ADMINISTRATOR" if who == "an administrator" else "MEMBER"
    Membership.objects.create(user=writer, organisation=company, role=role)
    if who == "human resources":
        duty(writer, company, Duty.Kind.HR)
    if who == "who wrote the offer":
        Offer.objects.filter(pk=mission.offer_id).update(created_by=writer)
    url = reverse("mission-review", args=[mission.pk])
    client.force_login(writer)
    assert url not in client.get(mission.get_absolute_url()).text
    assert "La personne venue dit" in client.post(url, ENOUGH, follow=True).text
    assert not Review.objects.exists()
    Mission.objects.filter(pk=mission.pk).update(delivered_at=timezone.now() - timedelta(days=2))
    followups.ask_due(timezone.localdate())
    asked = FollowUp.objects.get(side=Voice.OFFER)
    assert asked.asked == mission.offer.person, "whoever has the smaller number"
    for person, voice in ((officer.user, Voice.COMPANY), (mission.offer.person, Voice.OFFER)):
        client.force_login(person)
        assert url in client.get(mission.get_absolute_url()).text or voice == Voice.COMPANY
        client.post(url, ENOUGH)
        assert Review.objects.get(side=voice).author == person


def test_an_unhappy_review_opens_a_case_once_the_reviews_are_open(client, asked, mission):
    client.post(by_link(asked), {"rating": "2", "again": "no", "words": "Rien n’est venu."})
    assert not Case.objects.exists()
    missions.review(mission, side=Side.OFFER, by=mission.offer.person, rating=5, again=True)
    case = Case.objects.get()
    assert (case.mission, case.reason) == (mission, Case.Reason.BAD_REVIEW)
    assert "Rien n’est venu." in case.entries.get().words


@pytest.mark.parametrize("consents", [True, False])
def test_words_are_public_only_with_consent(client, mission, consents):
    missions.review(
        mission,
        side=Voice.OFFER,
        by=mission.offer.person,
        rating=5,
        again=True,
        words="Une équipe formidable.",
        may_quote=consents,
    )
    days_over(mission)
    structure = mission.need.organisation
    page = client.get(reverse("organisation", args=[structure.pk])).content.decode()
    assert ("Une équipe formidable." in page) == consents
    assert mission.offer.person.last_name not in page


def test_nobody_is_quoted_whose_account_isn_t_active_any_more(client, mission):
    """On the page of the organisation, nor in the file of whoever came."""
    by = mission.need.organisation.members.get()
    said = {"rating": 5, "again": True, "words": "Une équipe formidable.", "may_quote": True}
    review = missions.review(mission, side=Voice.NEED, by=by, **said)
    mine = missions.review(mission, side=Voice.OFFER, by=mission.offer.person, **said)
    days_over(mission)
    page = reverse("organisation", args=[mission.need.organisation_id])
    assert "Une équipe formidable." in client.get(page).text
    for one in (review, mine):
        assert one.may_quote
        type(by).objects.filter(pk=one.author_id).update(is_active=False)
        one.author.refresh_from_db()
        assert not one.may_quote
    assert "Une équipe formidable." not in client.get(page).text
    assert not Review.objects.public().exists()


def test_words_about_a_need_that_was_proposed_privately_don_t_name_it(client, mission):
    said = {"rating": 5, "again": True, "words": "Une équipe formidable.", "may_quote": True}
    missions.review(mission, side=Voice.OFFER, by=mission.offer.person, **said)
    days_over(mission)
    page = reverse("organisation", args=[mission.need.organisation_id])
    assert mission.need.title in client.get(page).text
    type(mission.need).objects.update(is_listed=False)
    shown = client.get(page).text
    assert "Une équipe formidable." in shown
    assert mission.need.title not in shown


@pytest.mark.parametrize("status", ["SUSPENDED", "CLOSED"])
def test_what_a_structure_said_names_it_no_more_once_it_is_hidden(client, status):
    company = make_organisation(Organisation.Kind.COMPANY, administrator=make_user())
    mission = make_mission(status=MissionStatus.DELIVERED, work=True, company=company)
    structure = mission.need.organisation
    said = {"rating": 5, "again": True, "words": "Merci à l’équipe.", "may_quote": True}
    missions.review(mission, side=Voice.NEED, by=structure.members.get(), **said)
    days_over(mission)
    page = reverse("organisation", args=[company.pk])
    assert structure.name in client.get(page).text
    Organisation.objects.filter(pk=structure.pk).update(status=status)
    shown = client.get(page).text
    assert "Merci à l’équipe." in shown
    assert structure.name not in shown
    assert mission.need.title not in shown


def test_a_company_shows_nothing_said_of_what_its_people_do_on_their_own_time(client):
    company = make_organisation(Organisation.Kind.COMPANY, administrator=make_user())
    for work, words in ((True, "Merci à l’équipe."), (False, "Merci de vos samedis.")):
        mission = make_mission(status=MissionStatus.DELIVERED, work=work)
        type(mission.offer).objects.filter(pk=mission.offer_id).update(organisation=company)
        by = mission.need.organisation.members.get()
        said = {"rating": 5, "again": True, "words": words, "may_quote": True}
        missions.review(mission, side=Voice.NEED, by=by, **said)
        days_over(mission)
    page = client.get(reverse("organisation", args=[company.pk])).text
    assert "Merci à l’équipe." in page
    assert "Merci de vos samedis." not in page


def test_the_list_of_brakes_and_enablers_is_whole_in_both_languages():
    for kind in (factors.BRAKE, factors.ENABLER):
        assert len(factors.of_kind(kind)) >= 20
    assert len({factor.label_fr for factor in factors.all_factors().values()}) == len(
        factors.all_factors()
    )
    assert all(factor.label_en for factor in factors.all_factors().values())


def test_a_code_that_is_not_in_the_list_is_refused(client, asked):
    client.post(by_link(asked), ENOUGH | {"brakes": ["invented"]})
    assert not Review.objects.exists()


# --- one's own path ----------------------------------------------------------------------------
def test_consent_is_taken_back_by_its_author_alone(client, mission):
    review = missions.review(
        mission,
        side=Voice.OFFER,
        by=mission.offer.person,
        rating=5,
        again=True,
        words="Très bien.",
        may_quote=True,
    )
    days_over(mission)
    consent = Consent.objects.standing(mission.offer.person, ConsentKind.QUOTE, review).get()
    url = reverse("consent-take-back", args=[consent.pk])
    client.force_login(make_user())
    assert client.post(url).status_code == 404
    client.force_login(mission.offer.person)
    assert reverse("consents") in client.get(reverse("experience")).text
    assert "ne les cite plus" in client.get(url).text
    assert review.may_quote, "opening the page takes nothing back"
    client.post(url)
    assert not review.may_quote
    assert "déjà terminé" in client.post(url, follow=True).text


def test_where_only_the_first_word_was_written_nobody_is_said_to_have_been_silent(client):
    mission = make_mission(status=MissionStatus.CLOSED)
    Proposal.objects.filter(pk=mission.proposal_id).update(word="Votre besoin me parle.")
    client.force_login(mission.offer.person)
    page = client.get(mission.get_absolute_url()).text
    assert "Rien n’a été écrit après le premier mot" in page
    assert "Personne n’a écrit" not in page


def test_whoever_may_still_give_a_review_is_not_told_that_nothing_is_asked(client):
    """The company that lends, whose voice the end waits for."""
    mission = make_mission(work=True, status=MissionStatus.DELIVERED)
    head = make_user(first_name="Rosa")
    Membership.objects.create(
        user=head, organisation=mission.offer.organisation, role="ADMINISTRATOR"
    )
    now = timezone.now()
    Mission.objects.filter(pk=mission.pk).update(delivered_at=now, status=MissionStatus.REVIEWED)
    for side in (Side.NEED, Side.OFFER):
        Review.objects.create(mission=mission, side=side, author=make_user(), rating=5, again=True)
    client.force_login(head)
    page = reverse("mission-review", args=[mission.pk])
    assert f'href="{page}"' in client.get(mission.get_absolute_url()).text
    client.post(page, ENOUGH)
    assert Review.objects.filter(side=Voice.COMPANY).exists()
    assert f'href="{page}"' not in client.get(mission.get_absolute_url()).text


@pytest.mark.parametrize(
    ("status", "said"),
    [("CLOSED", "La mission est close"), ("RUNNING", "une fois le travail rendu")],
)
def test_why_no_review_is_taken_is_what_is_so(client, status, said):
    """“La mission n’est pas finie, ou votre côté l’a donné” was read of a closed one, by who hadn’t."""
    mission = make_mission(status=status)
    client.force_login(mission.offer.person)
    assert said in client.get(reverse("mission-review", args=[mission.pk]), follow=True).text
