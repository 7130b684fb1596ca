"""Who answers for the operators of a pôle, today, and the pages where they do."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import memberships, seats
from accounts.actions.refusals import Refusal
from accounts.models import Invitation, Membership, Organisation, Seat
from accounts.states import OrganisationStatus, SeatStatus
from marketplace.actions.desk import operators as ends
from marketplace.actions.desk import readings
from marketplace.models import HandOver
from notifications import rules
from notifications.models import Notification
from tests.accounts.seat_people import offered, operators, propose, told
from tests.factories import make_need, make_organisation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def them():
    return operators()


# --- who may, today ------------------------------------------------------------------------
def test_a_question_reaches_its_readers_home_until_it_is_answered(them, client):
    seat = propose(them)
    client.force_login(them.second_chief)
    assert seat.get_absolute_url() in client.get(reverse("home")).content.decode()
    client.force_login(them.chief)
    assert seat.get_absolute_url() not in client.get(reverse("home")).content.decode()
    seats.confirm(seat, by=them.second_chief, now=timezone.now())
    client.force_login(them.second_chief)
    assert seat.get_absolute_url() not in client.get(reverse("home")).content.decode()
    client.force_login(them.far_chief)
    assert seat.get_absolute_url() in client.get(reverse("home")).content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [("second_chief", 302), ("member", 403), ("chief", 403), ("far_chief", 404), ("stranger", 404)],
)
def test_a_second_operator_answers_and_nobody_else(them, client, who, status):
    seat = propose(them)
    client.force_login(make_user() if who == "stranger" else getattr(them, who))
    page = client.post(reverse("seat-answer", args=[seat.pk]), {"answer": "yes"})
    assert page.status_code == status
    moved = Seat.objects.get(pk=seat.pk).status == SeatStatus.INVITED
    assert moved == (who == "second_chief")


@pytest.mark.parametrize(
    ("who", "status"), [("far_chief", 302), ("second_chief", 403), ("member", 403)]
)
def test_the_operator_itself_takes_its_seat(them, client, who, status):
    seat = offered(them)
    client.force_login(getattr(them, who))
    page = client.post(reverse("seat-answer", args=[seat.pk]), {"answer": "yes"})
    assert page.status_code == status
    assert them.far_chief.coordinates(them.pole) == (who == "far_chief")


def test_whoever_has_left_the_operator_answers_no_more(them, client):
    seat = offered(them)
    Membership.objects.create(user=make_user(), organisation=them.elsewhere, role="ADMINISTRATOR")
    memberships.leave(them.far_chief.memberships.get())
    client.force_login(them.far_chief)
    page = client.post(reverse("seat-answer", args=[seat.pk]), {"answer": "yes"})
    assert page.status_code == 404
    with pytest.raises(Refusal):
        seats.take(seat, by=them.far_chief, now=timezone.now())


def test_a_suspended_operator_takes_no_seat_and_gives_no_yes(them):
    waits = offered(them)
    Organisation.objects.filter(pk=them.elsewhere.pk).update(status=OrganisationStatus.SUSPENDED)
    with pytest.raises(Refusal):
        seats.take(waits, by=them.far_chief, now=timezone.now())
    asked = seats.found_and_propose(
        them.pole, name="Autre", email="a@example.org", role="", by=them.chief, now=timezone.now()
    )
    Organisation.objects.filter(pk=them.second.pk).update(status=OrganisationStatus.SUSPENDED)
    with pytest.raises(Refusal):
        seats.confirm(asked, by=them.second_chief, now=timezone.now())


def test_a_letter_that_waits_doesn_t_leave_once_the_question_is_answered(them):
    seat = propose(them)
    letter = Notification.objects.get(kind="seat_asked", recipient=them.third_chief)
    assert rules.why_moot(letter) == ""
    seats.confirm(seat, by=them.second_chief, now=timezone.now())
    assert rules.why_moot(letter) == "Answered meanwhile"


def test_a_second_click_is_told_that_it_has_been_answered(them, client):
    seat = propose(them)
    client.force_login(them.second_chief)
    url = reverse("seat-answer", args=[seat.pk])
    client.post(url, {"answer": "yes"})
    page = client.post(url, {"answer": "yes"}, follow=True)
    assert page.status_code in {200, 403}
    assert Seat.objects.get(pk=seat.pk).status == SeatStatus.INVITED


@pytest.mark.parametrize("answer", ["", "maybe", "oui\x00", "yes" * 500])
def test_an_answer_that_is_none_changes_nothing(them, client, answer):
    seat = propose(them)
    client.force_login(them.second_chief)
    page = client.post(reverse("seat-answer", args=[seat.pk]), {"answer": answer})
    assert page.status_code == 302
    assert Seat.objects.get(pk=seat.pk).status == SeatStatus.PROPOSED


def test_an_operator_that_the_pole_didn_t_want_never_learns_that_it_was_proposed(them, client):
    seat = propose(them)
    client.force_login(them.far_chief)
    assert client.get(seat.get_absolute_url()).status_code == 404
    seats.decline(seat, reason="Pas eux, s’il vous plaît.", by=them.second_chief)
    assert client.get(seat.get_absolute_url()).status_code == 404
    client.force_login(them.chief)
    assert "Pas eux" in client.get(seat.get_absolute_url()).content.decode()


def test_an_operator_that_was_asked_itself_reads_what_became_of_it(them, client):
    seat = offered(them)
    seats.decline(seat, reason="Plus tard", by=them.second_chief)
    client.force_login(them.far_chief)
    assert client.get(seat.get_absolute_url()).status_code == 200


def test_a_second_yes_lifts_no_suspension_and_invites_nobody(them):
    seat = propose(them)
    Organisation.objects.filter(pk=them.elsewhere.pk).update(status=OrganisationStatus.SUSPENDED)
    with pytest.raises(Refusal, match="suspendu"):
        seats.confirm(seat, by=them.second_chief, now=timezone.now())
    them.elsewhere.refresh_from_db()
    assert them.elsewhere.is_suspended
    assert not Invitation.objects.exists()


def test_an_operator_that_waits_for_a_second_yes_is_nobodys_to_verify(them):
    seats.found_and_propose(
        them.pole, name="Autre", email="a@example.org", role="", by=them.chief, now=timezone.now()
    )
    readings.remind(timezone.now() + timedelta(days=60))
    assert told("reading_due") == set()


def test_what_another_pole_asks_of_an_operator_that_is_new_is_told_to_nobody(them):
    given = {"name": "Autre", "email": "a@example.org", "role": "", "now": timezone.now()}
    seats.found_and_propose(them.pole, **given, by=them.chief)
    with pytest.raises(Refusal, match="déjà dans ce pôle"):
        seats.found_and_propose(them.pole, **given, by=them.second_chief)
    there = seats.found_and_propose(them.other_pole, **given, by=them.far_chief)
    assert there.status == SeatStatus.INVITED


def test_a_pole_that_only_asked_for_an_operator_doesn_t_read_what_others_passed_on_to_it(
    them, client
):
    structure = make_organisation(pole=them.other_pole, status="SUBMITTED", member=make_user())
    HandOver.objects.create(
        organisation=structure, to_operator=them.elsewhere, by=them.far_chief, note="Méfiance."
    )
    Organisation.objects.filter(pk=structure.pk).update(pole=them.pole)
    propose(them)
    client.force_login(them.chief)
    page = client.get(reverse("organisation-story", args=[structure.pk])).content.decode()
    assert "Méfiance." not in page


# --- the pages -----------------------------------------------------------------------------
def test_a_suspended_operator_isn_t_among_those_who_coordinate(them, client):
    Organisation.objects.filter(pk=them.third.pk).update(status=OrganisationStatus.SUSPENDED)
    client.force_login(them.chief)
    page = client.get(reverse("operators", args=[them.pole.slug])).content.decode()
    assert "suspendu aujourd’hui" in page


def test_those_who_coordinate_read_who_does_and_since_when(them, client):
    propose(them)
    client.force_login(them.member)
    page = client.get(reverse("operators", args=[them.pole.slug])).content.decode()
    for words in ("Coup de Pousse", "Passerelles", "La Baie"):
        assert words in page
    assert reverse("operator-propose", args=[them.pole.slug]) not in page
    client.force_login(them.chief)
    page = client.get(reverse("operators", args=[them.pole.slug])).content.decode()
    assert reverse("operator-propose", args=[them.pole.slug]) in page


@pytest.mark.parametrize("page", ["operators", "operator-propose"])
def test_nobody_of_another_pole_opens_them(them, client, page):
    client.force_login(them.far_chief)
    assert client.get(reverse(page, args=[them.pole.slug])).status_code == 403


def test_a_member_who_isn_t_an_administrator_proposes_nobody(them, client):
    client.force_login(them.member)
    url = reverse("operator-propose", args=[them.pole.slug])
    assert client.post(url, {"operator": them.elsewhere.pk}).status_code == 403
    assert not Seat.objects.exclude(status=SeatStatus.SEATED).exists()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "écrivez le nom"),
        ({"name": "Les Passeurs"}, "à qui l’invitation"),
        ({"name": "Les Passeurs", "email": "pas une adresse"}, "adresse de courriel valide"),
        ({"name": "la baie", "email": "a@example.org"}, "choisissez-le dans la liste"),
        ({"name": "coup de pousse", "email": "a@example.org"}, "déjà dans ce pôle"),
        ({"operator": "0"}, "Sélectionnez un choix valide"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(them, client, given, words):
    client.force_login(them.chief)
    url = reverse("operator-propose", args=[them.pole.slug])
    page = client.post(url, given | {"role": "Suit la côte"}).content.decode()
    assert words in page
    assert "Suit la côte" in page
    assert Seat.objects.count() == 4


def test_who_proposes_is_told_whose_yes_is_awaited(them, client):
    client.force_login(them.chief)
    url = reverse("operator-propose", args=[them.pole.slug])
    page = client.post(url, {"operator": them.elsewhere.pk}, follow=True).content.decode()
    assert "Passerelles" in page
    seat = Seat.objects.get(operator=them.elsewhere, pole=them.pole)
    assert seat.asked_for == them.first
    assert client.get(seat.get_absolute_url()).status_code == 200


def founded(them):
    """An operator that wasn't on the site, once the pôle has agreed."""
    seat = seats.found_and_propose(
        them.other_pole, name="Les Passeurs", email="ana@exemple.org", role="", by=them.far_chief,
        now=timezone.now() - timedelta(days=20),
    )  # fmt: skip
    return Seat.objects.get(pk=seat.pk)


def test_the_first_person_of_a_new_operator_is_invited_again_by_the_pole(them, client):
    seat = founded(them)
    client.force_login(them.far_chief)
    page = client.get(seat.get_absolute_url()).content.decode()
    assert "ana@exemple.org" in page
    assert "a expiré" in page
    url = reverse("seat-invite", args=[seat.pk])
    page = client.post(url, {"email": "ana"}).content.decode()
    assert "adresse de courriel valide" in page
    client.post(url, {"email": "Ana@example.org"})
    old, new = Invitation.objects.order_by("pk")
    assert old.withdrawn_at
    assert (new.email, new.invited_by, new.is_backed) == ("ana@example.org", None, True)
    assert "laissez-lui le temps" in client.post(url, {"email": new.email}).content.decode()
    assert Invitation.objects.pending(timezone.now()).get() == new


def test_a_new_operator_is_public_once_it_has_said_yes_itself(them, client):
    """Until then nobody of it knows that it was written down."""
    seat = founded(them)
    operator = seat.operator
    pages = [operator.get_absolute_url(), reverse("directory")]
    assert client.get(pages[0]).status_code == 404
    assert "Les Passeurs" not in client.get(pages[1]).content.decode()
    client.force_login(them.far_chief)
    assert client.get(pages[0]).status_code == 200
    ana = make_user()
    Membership.objects.create(user=ana, organisation=operator, role="ADMINISTRATOR")
    client.force_login(ana)
    assert client.get(pages[0]).status_code == 200
    seats.take(seat, by=ana, now=timezone.now())
    client.logout()
    assert client.get(pages[0]).status_code == 200
    assert "Les Passeurs" in client.get(pages[1]).content.decode()


@pytest.mark.parametrize(("who", "status"), [("chief", 404), ("clerk", 403)])
def test_nobody_else_invites_there(them, client, who, status):
    seat, clerk = founded(them), make_user()
    Membership.objects.create(user=clerk, organisation=them.elsewhere)
    client.force_login(clerk if who == "clerk" else them.chief)
    url = reverse("seat-invite", args=[seat.pk])
    assert client.post(url, {"email": "moi@example.org"}).status_code == status
    assert Invitation.objects.count() == 1


def test_once_somebody_has_entered_they_invite_and_the_pole_doesn_t(them, client):
    seat = founded(them)
    Membership.objects.create(user=make_user(), organisation=seat.operator, role="ADMINISTRATOR")
    client.force_login(them.far_chief)
    assert "seat-invite" not in client.get(seat.get_absolute_url()).content.decode()
    url = reverse("seat-invite", args=[seat.pk])
    assert client.post(url, {"email": "moi@example.org"}).status_code == 403


def test_the_page_before_an_end_counts_what_will_be_nobodys(them, client):
    make_need(make_organisation(pole=them.pole), coordinator=them.second_chief)
    client.force_login(them.chief)
    url = reverse("seat-end", args=[them.second.seats.get().pk])
    page = client.get(url).content.decode()
    assert "1 ligne qu’il suit" in page
    assert client.post(url).status_code == 302
    assert them.second.seats.get().status == SeatStatus.LEAVING
    client.force_login(them.third_chief)
    seat = them.second.seats.get()
    assert "Oui, il quitte le pôle" in client.get(seat.get_absolute_url()).content.decode()
    client.post(reverse("seat-answer", args=[seat.pk]), {"answer": "yes"})
    assert them.second.seats.get().status == SeatStatus.ENDED
    client.force_login(them.second_chief)
    assert client.get(reverse("desk")).status_code == 403
    assert client.get(seat.get_absolute_url()).status_code == 200


def test_the_last_operator_is_told_why_it_stays(them, client):
    client.force_login(them.far_chief)
    url = reverse("seat-end", args=[them.elsewhere.seats.get().pk])
    assert "seul opérateur" in client.get(url, follow=True).content.decode()


def test_a_proposal_that_is_offered_and_late_can_still_be_taken_back(them, client):
    seat = offered(them)
    Seat.objects.filter(pk=seat.pk).update(created_at=timezone.now() - timedelta(days=400))
    client.force_login(them.second_chief)
    client.post(reverse("seat-answer", args=[seat.pk]), {"answer": "no", "reason": "Plus tard"})
    assert Seat.objects.get(pk=seat.pk).status == SeatStatus.DECLINED
    assert told("seat_declined") == {them.chief, them.far_chief}


# --- what waits ----------------------------------------------------------------------------
def asked_again(days):
    """The letters about seats that the clock writes, so many days from now."""
    before = set(Notification.objects.values_list("pk", flat=True))
    for _twice in range(2):
        ends.remind(timezone.now() + timedelta(days=days))
    found = Notification.objects.exclude(pk__in=before)
    return {(one.kind, one.recipient) for one in found}


def test_those_who_are_asked_about_a_seat_are_reminded_twice(them):
    seat = propose(them)
    asked = {("seat_asked", them.second_chief), ("seat_asked", them.third_chief)}
    assert [asked_again(days) for days in (6, 8, 20, 22, 90)] == [set(), asked, set(), asked, set()]
    seats.confirm(seat, by=them.second_chief, now=timezone.now())
    assert asked_again(22) == {("seat_offered", them.far_chief)}
    letter = Notification.objects.filter(kind="seat_offered").latest("pk")
    assert "attend toujours votre réponse" in letter.text
    assert rules.why_moot(letter) == ""
    seats.take(seat, by=them.far_chief, now=timezone.now())
    assert asked_again(90) == set()
    assert rules.why_moot(letter) == "Answered meanwhile"


def test_those_who_asked_for_an_operator_that_nobody_enters_are_told(them):
    seat = founded(them)
    assert asked_again(8) == {("seat_unentered", them.far_chief)}
    letter = Notification.objects.get(kind="seat_unentered")
    assert rules.why_moot(letter) == ""
    Membership.objects.create(user=make_user(), organisation=seat.operator, role="ADMINISTRATOR")
    assert rules.why_moot(letter) == "Answered meanwhile"
