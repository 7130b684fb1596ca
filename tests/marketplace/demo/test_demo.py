"""The invented pôle, whatever the hour it is loaded at: its people work by day, and in order."""

from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.legal_forms import NON_PROFITS
from marketplace.demo import ages, clock, market, offers, stories
from marketplace.demo.files import read
from marketplace.demo.missions import Told
from marketplace.demo.told import FRAMES, promised_receipts
from marketplace.figures.comparison import plus
from marketplace.forms.market.volume import SHAPES
from marketplace.models import Need, Offer
from marketplace.rules import working_days
from tests.factories import (
    make_cause,
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_skill,
    make_user,
)
from tests.marketplace.demo.year import rises_and_falls

pytestmark = pytest.mark.once


def moments():
    """Each quarter of an hour of two days, the night when clocks change among them."""
    first = timezone.make_aware(datetime(2026, 10, 24, 0, 7))
    return [first + timedelta(minutes=15 * number) for number in range(2 * 96)]


def test_every_need_is_one_that_its_structure_could_have_written():
    for need in read("needs")["needs"]:
        shape, days = SHAPES[need["format"]], need["days"] + 1
        assert shape.least <= need["hours"] <= min(shape.most, days * shape.a_day), need["title"]
        assert shape.days <= days, need["title"]


def test_no_cooperative_and_no_company_declares_that_it_gives_tax_receipts():
    forms = {one["key"]: one["legal_form"] for one in read("organisations")["structures"]}
    declared = promised_receipts()
    assert declared
    assert {forms[key] for key in declared} <= {*NON_PROFITS}


@pytest.mark.parametrize("name", [*FRAMES, ""])
def test_of_a_service_no_sheet_and_no_hours_speak_of_the_structure_s_team(name):
    """Those are the words of a loan: said of a service, they would make one of it."""
    told = Told(Need(), Offer(), timezone.localdate(), FRAMES[name] if name else None)
    assert any("l’équipe" in words for words in told.work) is (name != "service")


def test_what_is_told_in_lines_has_a_quote_of_its_own():
    lines = [one["told"] for one in read("stories")["stories"] if "told" in one]
    assert lines
    assert all(set(one) == {"needed", "done", "changed", "quote"} for one in lines)


def test_what_happens_at_night_is_told_by_day():
    for moment in moments():
        told = timezone.localtime(clock.by_day(moment))
        assert 9 <= told.hour < 18
        assert told.date() == timezone.localtime(moment).date()


def test_what_came_later_still_comes_later():
    told = [clock.by_day(moment) for moment in moments()]
    assert told == sorted(told)


def test_a_conversation_begins_after_its_proposal():
    for moment in moments():
        asked = clock.by_day(moment)
        assert clock.by_day(asked + timedelta(hours=8)) > asked


# --- a year ------------------------------------------------------------------------------------
def days_ago():
    """How many days ago each need, and each offer, was written: the rows, and what the stories begin with."""
    told = read("stories")["stories"]
    laid = [need for need in read("needs")["needs"] if need["status"] not in {"DRAFT", "SUBMITTED"}]
    written = [4 + ages.days_ago(number, ages.NEEDS) for number, _need in enumerate(laid, 1)]
    written += [12 + one["asked"] for one in told]
    written += [one["ago"] for one in read("ended")["needs"]]
    by = [by for offer in read("offers")["offers"] for by in offer["by"]]
    offered = [3 + ages.days_ago(number, ages.OFFERS) for number, _by in enumerate(by)]
    return {"needs": written, "offers": offered + [3 + one["asked"] for one in told]}


@pytest.mark.parametrize("kind", ["needs", "offers"])
def test_whatever_the_day_a_year_rises_and_falls(kind):
    written = days_ago()[kind]
    for day in range(366):
        today = date(2027, 1, 1) + timedelta(days=day)
        found = Counter((today - timedelta(days=ago)).replace(day=1) for ago in written)
        months = [found[plus(today.replace(day=1), -ago)] for ago in range(12, -1, -1)]
        assert rises_and_falls(months[1:-1]), (today, months)
        assert max(months) <= 0.27 * sum(months), (today, months)
        assert 0 not in months[1:-1], (today, months)


def test_a_hundred_rows_are_spread_as_the_shares_say():
    for shares in (ages.NEEDS, ages.OFFERS):
        written = [ages.days_ago(number, shares) for number in range(100)]
        for until in shares:
            so_far = sum(share for days, share in shares.items() if days <= until)
            assert sum(ago < until for ago in written) == so_far


# --- a yes after the closing ---------------------------------------------------------------
@pytest.mark.django_db
def test_a_draft_has_waited_since_it_was_written():
    """“Que personne ne voit encore depuis une heure” was read of one of two weeks ago: since the site was filled."""
    long_ago = timezone.localtime() - timedelta(days=300)
    house, head = make_organisation(member=make_user(), created_at=long_ago), make_user()
    item = next(one for one in read("needs")["needs"] if one["status"] == "DRAFT")
    need = market._need(item, house, 3)
    need.pole, need.created_by, need.cause = house.pole, head, make_cause()
    need.save()
    market._walk([need])
    company = make_organisation(
        "COMPANY", administrator=head, status="SUBMITTED", created_at=long_ago
    )
    own = read("offers")["offers"][0] | {
        "by": ["o:own"],
        "skills": [f"{make_skill('site-web').code} 2"],
    }
    [offer] = offers.make_offers(house.pole, {"own": company}, {}, [own], 1)
    for draft in (need, offer):
        draft.refresh_from_db()
        assert draft.status == "DRAFT"
        assert draft.updated_at == draft.steps.get().at < timezone.now() - timedelta(days=2)


@pytest.fixture
def told():
    """By title of the need: the proposal that one finds today, its need's structure, its offer's person."""
    company, claire = make_organisation("COMPANY"), make_user(email="claire.hermant@example.org")
    company.memberships.create(user=claire, role="ADMINISTRATOR")
    offers = [make_offer(claire, organisation=company, skills=["mecenat"]), make_offer()]
    maelle = make_coordinator()
    needs = []
    for title, skill in zip(stories.LEFT_UNANSWERED, ("mecenat", "site-web"), strict=True):
        aline = make_user(first_name="Aline")
        needs.append(make_need(member=aline, title=title, skills=[skill], coordinator=maelle))
    skills = stories.Skills(needs[0].pole)
    told = [*stories.left_unanswered(needs, offers, skills)]
    assert len(told) == 2
    clock.live([stories.what_comes_by_itself(), *told])
    return [(need.proposals.order_by("pk").last(), need.created_by) for need in needs], maelle


def test_a_yes_came_after_the_closing_and_whoever_had_waited_is_asked_anew(client, told):
    [(since, structure), _let_go], maelle = told
    assert since.takes_up.was_left_unanswered
    since.full_clean()
    for person, words in (
        (since.offer.person, "C’était clos sans réponse"),
        (structure, "doit répondre"),
        (maelle, "un oui après la clôture"),
    ):
        client.force_login(person)
        page = client.get(since.takes_up.get_absolute_url(), follow=True)
        assert page.redirect_chain[-1][0] == since.get_absolute_url()
        assert words in page.text
    client.force_login(since.offer.person)
    client.post(reverse("proposal-accept", args=[since.pk]))
    assert since.need.missions.count() == 1


def test_another_may_still_be_said(client, told):
    [_since, (let_go, structure)], maelle = told
    door = reverse("proposal-late-yes", args=[let_go.pk])
    for person, finds_it in ((structure, True), (let_go.offer.person, False), (maelle, False)):
        client.force_login(person)
        assert (door in client.get(let_go.get_absolute_url()).text) is finds_it
    client.force_login(structure)
    client.post(door, {"word": "Venez !"})
    assert let_go.taken_up_by.is_open


def test_what_went_unanswered_happened_in_order_and_is_over(told):
    for proposal, _structure in told[0]:
        asked = proposal.takes_up or proposal
        closing = asked.steps.get(after="UNANSWERED")
        assert proposal.need.published_at < asked.created_at < closing.at < timezone.now()
        days = [timezone.localdate(at) for at in (asked.created_at, closing.at)]
        assert days[1] == working_days.after(days[0], 10)
        if proposal.takes_up:
            assert closing.at < proposal.created_at < timezone.now()
