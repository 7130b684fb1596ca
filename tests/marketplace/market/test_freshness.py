"""What sleeps is woken once: “still true?” in one click, drafts, needs without anyone, quiet organisations."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from marketplace.actions.market import freshness, needs
from marketplace.actions.refusals import NotYet
from marketplace.models import HoursEntry, Mission, Need, Offer, Served
from marketplace.states import NeedStatus, OfferStatus, ProposalStatus
from notifications.models import Notification
from tests.factories import (
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_proposal,
    make_user,
)
from tests.marketplace.gatherings.people import make_gathering, put_down
from tests.marketplace.missions.served_people import make_carrier

NBSP = "\N{NO-BREAK SPACE}"
MONDAY = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture
def clock():
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


def letters(kind):
    return Notification.objects.filter(kind=kind)


def asked_of(person):
    return letters("still_true").get(recipient=person)


def link_in(letter):
    return next(word for word in letter.text.split() if "/toujours-vrai/" in word)


def awake(clock, days):
    clock.move_to(MONDAY + timedelta(days=days))
    freshness.ask_still_true(timezone.now())


def test_still_true_is_asked_after_sixty_days_and_paused_after_seventy_five(clock):
    need = make_need(member=make_user(), ends_on=MONDAY.date() + timedelta(days=300))
    offer = make_offer(ends_on=MONDAY.date() + timedelta(days=300))
    awake(clock, 59)
    assert not letters("still_true").exists()
    for days in (60, 61, 74):
        awake(clock, days)
    assert letters("still_true").count() == 2
    awake(clock, 75)
    need.refresh_from_db()
    offer.refresh_from_db()
    assert (need.status, offer.status) == (NeedStatus.PAUSED, OfferStatus.PAUSED)
    assert letters("fell_asleep").count() == 2
    awake(clock, 90)
    assert letters("fell_asleep").count() == 2


def test_one_click_keeps_it_in_the_catalogue_and_opening_the_link_does_nothing(client, clock):
    need = make_need(member=make_user(), ends_on=MONDAY.date() + timedelta(days=300))
    awake(clock, 60)
    url = link_in(asked_of(need.organisation.members.get()))
    page = client.get(url)
    assert "Oui, toujours d’actualité" in page.content.decode()
    need.refresh_from_db()
    assert need.confirmed_at is None
    client.post(url.split("?")[0], {"answer": "yes"})
    awake(clock, 80)
    need.refresh_from_db()
    assert need.status == NeedStatus.PUBLISHED
    assert letters("still_true").count() == 1


def test_an_offer_isn_t_said_to_be_in_the_catalogue(client, clock):
    """It shows the needs, and no offer."""
    offer = make_offer(make_user(), ends_on=MONDAY.date() + timedelta(days=300))
    awake(clock, 60)
    letter = asked_of(offer.person)
    assert "en ligne depuis un moment" in letter.text
    page = client.post(link_in(letter).split("?")[0], {"answer": "yes"}).text
    assert "est en ligne, et à jour" in page
    assert "catalogue" not in letter.text + page


def test_a_paused_need_comes_back_by_the_same_link_or_by_its_page(client, clock):
    make_user(first_name="Première")  # the link is for its own reader, not for whoever came first
    need = make_need(member=make_user(), ends_on=MONDAY.date() + timedelta(days=300))
    person = need.organisation.members.get()
    awake(clock, 60)
    awake(clock, 75)
    url = link_in(asked_of(person)).split("?")[0]
    client.post(url, {"answer": "yes"})
    need.refresh_from_db()
    assert need.status == NeedStatus.PUBLISHED
    client.post(url, {"answer": "pause"})
    client.force_login(make_user())
    assert client.post(reverse("need-wake", args=[need.pk])).status_code == 404
    client.force_login(person)
    client.post(reverse("need-wake", args=[need.pk]))
    need.refresh_from_db()
    assert need.status == NeedStatus.PUBLISHED


@pytest.mark.parametrize("status", [NeedStatus.DRAFT, NeedStatus.FILLED, NeedStatus.CLOSED])
def test_a_need_that_isn_t_paused_is_not_said_to_be_online_again(client, status):
    need = make_need(member=make_user(), status=status)
    client.force_login(need.organisation.members.get())
    page = client.post(reverse("need-wake", args=[need.pk]), follow=True).text
    assert "de nouveau en ligne" not in page
    assert "Trop tard" in page
    need.refresh_from_db()
    assert (need.status, need.confirmed_at) == (status, None)


def test_the_link_is_dead_for_who_has_left_and_when_forged(client, clock):
    need = make_need(member=make_user(), ends_on=MONDAY.date() + timedelta(days=300))
    awake(clock, 60)
    url = link_in(asked_of(need.organisation.members.get())).split("?")[0]
    need.organisation.memberships.all().delete()
    assert client.get(url).status_code == 410
    assert client.get(reverse("still-true", args=["faux"])).status_code == 404


def test_a_link_older_than_its_question_says_so_and_keeps_nothing(client, clock):
    need = make_need(member=make_user(), ends_on=MONDAY.date() + timedelta(days=300))
    awake(clock, 60)
    url = link_in(asked_of(need.organisation.members.get())).split("?")[0]
    clock.move_to(MONDAY + timedelta(days=60 + 120))
    assert client.get(url).status_code == 200
    clock.shift(timedelta(days=1))
    answer = client.post(url, {"answer": "yes"})
    assert answer.status_code == 410
    assert "plus de quatre mois" in answer.text
    need.refresh_from_db()
    assert need.confirmed_at is None


def test_what_is_over_doesn_t_come_back_and_isn_t_said_to_be_true(clock):
    need = make_need(status=NeedStatus.PAUSED, ends_on=MONDAY.date())
    freshness.confirm(need, by=need.created_by)  # its last day
    Need.objects.filter(pk=need.pk).update(status=NeedStatus.PAUSED, confirmed_at=None)
    clock.shift(timedelta(days=1))
    need.refresh_from_db()
    with pytest.raises(NotYet, match="écrivez-en un autre"):
        freshness.confirm(need, by=need.created_by)
    need.refresh_from_db()
    assert (need.status, need.confirmed_at) == (NeedStatus.PAUSED, None)


def test_a_colleague_wakes_no_offer_of_somebody_who_hasn_t_agreed():
    ana, bob = make_user(first_name="Ana"), make_user(first_name="Bob")
    company = make_organisation("COMPANY", member=bob, legal_form="SAS")
    offer = make_offer(
        ana, organisation=company, created_by=bob, status=OfferStatus.PAUSED, agrees=False
    )
    with pytest.raises(NotYet, match="doit d’abord être d’accord"):
        freshness.confirm(offer, by=bob)
    offer.refresh_from_db()
    assert (offer.status, offer.confirmed_at) == (OfferStatus.PAUSED, None)
    freshness.confirm(offer, by=ana)
    offer.refresh_from_db()
    assert offer.status == OfferStatus.PUBLISHED


def test_what_somebody_closes_while_the_clock_goes_round_isn_t_put_to_sleep(clock, monkeypatch):
    """Both were read together; the second is closed as the first falls asleep."""
    later = {"ends_on": MONDAY.date() + timedelta(days=300), "member": make_user()}
    first, second = make_need(**later), make_need(**later)
    awake(clock, 60)
    genuine = freshness.letters.fell_asleep

    def closed_meanwhile(row, **said):
        genuine(row, **said)
        needs.close(Need.objects.get(pk=second.pk), reason="Pourvu.", by=second.created_by)

    monkeypatch.setattr(freshness.letters, "fell_asleep", closed_meanwhile)
    awake(clock, 75)
    for need in (first, second):
        need.refresh_from_db()
    assert (first.status, second.status) == (NeedStatus.PAUSED, NeedStatus.CLOSED)
    assert letters("fell_asleep").count() == 1


def test_a_draft_is_recalled_once(clock):
    writer = make_user()
    Need.objects.filter(
        pk=make_need(
            member=writer, status=NeedStatus.DRAFT, created_by=writer, submitted_at=None
        ).pk
    ).update(submitted_at=None)
    for days in (6, 7, 8, 30):
        clock.move_to(MONDAY + timedelta(days=days))
        assert freshness.recall_drafts(timezone.now()) == (days == 7)
        assert letters("draft_waiting").count() == (days >= 7)
    assert letters("draft_waiting").get().recipient == writer


def test_a_need_without_anyone_reaches_the_coordinator_with_the_best_who_were_not_asked(clock):
    need, coordinator = make_need(), make_coordinator()
    best = make_offer(make_user(first_name="Zoé", last_name="Martin"), title="Webmestre")
    far = make_offer(
        skills=("site-web",), title="Trop tard", starts_on=MONDAY.date() + timedelta(150)
    )
    Offer.objects.filter(pk=far.pk).update(ends_on=MONDAY.date() + timedelta(200))
    for days in (13, 14, 15):
        clock.move_to(MONDAY + timedelta(days=days))
        freshness.tell_of_lonely_needs(timezone.now())
    letter = letters("need_alone").get(recipient=coordinator)
    assert f"{best.discreet_name}, Webmestre" in letter.text
    assert need.title in letter.text
    assert "Personne n’y répond" not in letter.text


def test_of_a_need_alone_whoever_fits_and_was_asked_isnt_said_not_to_fit(clock):
    """“Personne n’y répond tel qu’il est écrit” was sent of a need whose best candidate had said yes."""
    need, coordinator = make_need(), make_coordinator()
    make_proposal(need, make_offer(title="Webmestre"), status=ProposalStatus.DECLINED)
    clock.move_to(MONDAY + timedelta(days=15))
    freshness.tell_of_lonely_needs(timezone.now())
    text = letters("need_alone").get(recipient=coordinator).text
    assert "Personne n’y répond" not in text
    assert "Les personnes qui proposent ces compétences ont déjà été sollicitées" in text


def test_a_need_whose_candidate_was_declined_isn_t_said_to_have_had_none(clock):
    """“Personne n’a été sollicité ni n’a candidaté” was sent of a need that somebody had been refused."""
    need, coordinator = make_need(), make_coordinator()
    make_offer(title="Webmestre")
    make_proposal(need, status=ProposalStatus.DECLINED)
    clock.move_to(MONDAY + timedelta(days=15))
    freshness.tell_of_lonely_needs(timezone.now())
    text = letters("need_alone").get(recipient=coordinator).text
    assert "n’a été sollicité" not in text
    assert "est publié depuis 15 jours, et" in text
    assert f"L’offre la plus adaptée qui n’a pas été sollicitée{NBSP}:" in text
    assert "aucune sollicitation ni candidature n’est en cours" in text
    assert "Webmestre\N{NO-BREAK SPACE}:" in text


def test_a_need_of_long_ago_is_told_with_the_age_it_has(clock):
    """“Publié depuis 14 jours” was written in December of one of July: that is after how many days it is told."""
    coordinator, far = make_coordinator(), {"starts_on": MONDAY.date() + timedelta(300)}
    need = make_need(ends_on=MONDAY.date() + timedelta(200), published_at=MONDAY)
    for title in ("Webmestre", "Comptable"):
        make_offer(title=title, ends_on=MONDAY.date() + timedelta(400), **far)
    clock.move_to(MONDAY + timedelta(days=130))
    freshness.tell_of_lonely_needs(timezone.now())
    text = letters("need_alone").get(recipient=coordinator).text
    assert f"{need.title}{NBSP}» ({need.organisation}) est publié depuis 4 mois, et" in text
    assert f"Ce qui éloigne les offres qui conviendraient ensuite{NBSP}:" in text


def test_of_a_need_alone_the_days_count_from_its_last_time_online_and_are_said_to_be_over(clock):
    aline = make_user()
    need, coordinator = make_need(member=aline, published_at=MONDAY), make_coordinator()
    need.move(NeedStatus.FILLED, by=aline)
    clock.move_to(MONDAY + timedelta(days=5))
    need.move(NeedStatus.PUBLISHED, by=aline)
    clock.move_to(MONDAY + timedelta(days=20))
    days = {"starts_on": MONDAY.date(), "ends_on": MONDAY.date() + timedelta(days=19)}
    Need.objects.filter(pk=need.pk).update(**days)
    freshness.tell_of_lonely_needs(timezone.now())
    text = letters("need_alone").get(recipient=coordinator).text
    assert "est publié depuis 15 jours, et" in text
    assert "Les dates du besoin sont passées." in text


def test_a_quiet_organisation_hears_from_us_once_a_silence(clock):
    quiet = make_organisation(administrator=make_user())
    make_need(make_organisation(administrator=make_user()))
    asked = []
    for days in (89, 91, 92, 200):
        clock.move_to(MONDAY + timedelta(days=days))
        asked.append(freshness.ask_quiet_organisations(timezone.now()))
    assert asked[:3] == [0, 2, 0]
    told = letters("organisation_quiet").filter(recipient=quiet.members.get())
    assert told.count() == 1


# --- signs of life --------------------------------------------------------------------------
def carries(house, head):
    need = make_need()
    yield
    make_carrier(need, house, referent=head)


def gives_its_mandate(house, head):
    served = Served.objects.create(mission=make_mission(), organisation=house)
    yield
    said = {"mandated_at": timezone.now(), "mandated_by": head, "mandated_version": 1}
    Served.objects.filter(pk=served.pk).update(**said)


def is_served_by_a_mission(house, head):
    yield
    Served.objects.create(mission=make_mission(), organisation=house)


def _confirmed(mission, by, served=None):
    HoursEntry.objects.create(
        mission=mission, person=mission.offer.person, served=served, day=timezone.localdate(), hours=2,
        confirmed_at=timezone.now(), confirmed_by=by,
    )  # fmt: skip


def confirms_its_hours_beside_the_lead(house, head):
    mission = make_mission()
    yield
    _confirmed(mission, head, served=house)


def confirms_hours_of_its_own_need(house, head):
    mission = make_mission(need=make_need(house, created_by=head))
    yield
    _confirmed(mission, head)


def confirms_hours_of_a_mission_apart(house, head):
    mission = make_mission()
    Mission.objects.filter(pk=mission.pk).update(apart_for=house)
    yield
    _confirmed(mission, head)


def comes_to_a_gathering(house, head):
    gathering = make_gathering(days=100)
    yield
    put_down(gathering, head, house)


def hosts_a_gathering(house, head):
    yield
    make_gathering(house, created_by=head)


def gives_hours_at_work(house, head):
    company = make_organisation("COMPANY", administrator=head, pole=house.pole)
    mission = make_mission(work=True, company=company)
    yield company
    _confirmed(mission, None)


SIGNS = [
    carries, gives_its_mandate, is_served_by_a_mission, confirms_its_hours_beside_the_lead,
    confirms_hours_of_its_own_need, confirms_hours_of_a_mission_apart, comes_to_a_gathering,
    hosts_a_gathering, gives_hours_at_work,
]  # fmt: skip


@pytest.mark.parametrize("sign", SIGNS, ids=lambda sign: sign.__name__)
def test_who_did_something_with_others_was_seen(clock, sign):
    """“Nous n’avons pas vu Mairie des Bords de Lys depuis un moment” was written to one that had confirmed hours of a need
    that it carries, ten days before."""
    head = make_user()
    house = make_organisation(administrator=head)
    act = sign(house, head)
    house = next(act) or house
    clock.move_to(MONDAY + timedelta(days=80))
    next(act, None)
    told = letters("organisation_quiet").filter(key__startswith=f"organisation:{house.pk}:")
    for days, silent in ((91, False), (169, False), (172, True)):
        clock.move_to(MONDAY + timedelta(days=days))
        freshness.ask_quiet_organisations(timezone.now())
        assert told.exists() is silent, days


def test_hours_that_silence_confirmed_are_no_sign_of_anybody(clock):
    head = make_user()
    house = make_organisation(administrator=head)
    mission = make_mission()
    clock.move_to(MONDAY + timedelta(days=80))
    _confirmed(mission, None, served=house)
    clock.move_to(MONDAY + timedelta(days=91))
    freshness.ask_quiet_organisations(timezone.now())
    assert letters("organisation_quiet").filter(recipient=head).exists()


def test_all_organisations_are_asked_about_in_one_question_of_a_pole(
    clock, django_assert_num_queries
):
    for _one in range(3):
        make_organisation(administrator=make_user())
    since = timezone.now() + timedelta(days=1)
    pole = Organisation.objects.first().pole_id
    with django_assert_num_queries(1):
        assert len(freshness._with_last_sign(pole, since)) == 3
