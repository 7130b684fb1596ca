"""A letter to several, to thousands: who receives it and why not, at the price of a page."""

import cProfile
import pstats
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.states import OrganisationStatus
from marketplace.actions.desk import mailings as acts
from marketplace.actions.desk import pole_letters
from marketplace.letters.families import POLE
from marketplace.models import Consent, ConsentKind, JournalEntry
from marketplace.rules.mailings import LeftOut
from notifications.models import Habits, Pace, SuppressedAddress
from tests.factories import make_need, make_offer, make_organisation, make_user

pytestmark = pytest.mark.django_db
NOON = timezone.now()


@pytest.fixture
def aline():
    return make_user("Aline", "Moreau")


@pytest.fixture
def need(nadia, aline):
    return make_need(member=aline, title="Refaire le site")


@pytest.fixture
def noe(nadia):
    noe = make_user("Noé", "Lambert")
    make_offer(noe, title="Comptable")
    return noe


def written(by, pole, code="besoins", text="Bonjour."):
    return acts.draft(
        pole, code=code, query="all=1", subject="Pour {structure}", text=text, by=by, now=NOON
    )


def whys(mailing, by):
    return {one.name: one.why for one in acts.whom(mailing, by=by).not_told}


def calls_for(count, nadia, pole):
    """The function calls of one look at who receives a letter, among so many."""
    people = [make_user(f"P{n}", f"N{count}") for n in range(count)]
    Consent.objects.bulk_create(
        Consent(person=one, kind=ConsentKind.LETTERS, about=pole.pk, how=Consent.How.ACCOUNT)
        for one in people
    )
    mailing = written(nadia, pole, "", text="Bonjour {prénom}, {structure}.")
    acts.whom(mailing, by=nadia)
    profile = cProfile.Profile()
    with profile:
        found = acts.whom(mailing, by=nadia)
        without = found.without(["prénom", "structure", "pôle"])
    assert without == {"structure": len(found.receivers)}
    return pstats.Stats(profile).total_calls, len(found.receivers)


def test_one_more_who_receives_it_costs_a_dozen_calls(nadia, pole):
    """A draft to five thousand is a page like another; of them it shows three."""
    few, first = calls_for(20, nadia, pole)
    many, then = calls_for(60, nadia, pole)
    assert then - first == 60
    assert (many - few) / (then - first) < 13


def test_of_several_reasons_the_first_is_said(nadia, pole, need, aline, noe):
    Habits.objects.create(user=aline, paces={POLE.code: Pace.OFF})
    Habits.objects.create(user=noe, paces={POLE.code: Pace.OFF})
    for one in (aline, noe):
        SuppressedAddress.objects.mark(one.email, "550", now=NOON)
    assert whys(written(nadia, pole), nadia) == {"Aline Moreau": LeftOut.STOPPED}
    assert whys(written(nadia, pole, "personnes"), nadia)["Noé Lambert"] == LeftOut.NO
    User.objects.filter(pk=aline.pk).update(is_active=False, closed_at=NOON)
    assert whys(written(nadia, pole), nadia) == {"Compte fermé": LeftOut.LEFT}
    pole_letters.want(pole, by=noe)
    assert whys(written(nadia, pole, "personnes"), nadia)["Noé Lambert"] == LeftOut.BOUNCED


def test_only_the_rows_of_which_somebody_may_be_told_are_said(nadia, pole, need, aline):
    other = make_need(make_organisation(member=aline, name="Suspendue"), title="Autre")
    suspended = OrganisationStatus.SUSPENDED
    Organisation.objects.filter(pk=other.organisation_id).update(status=suspended)
    (it,) = acts.whom(written(nadia, pole), by=nadia).receivers
    assert (it.person.first_name, it.thing) == ("Aline", need)
    assert it.values == {
        "prénom": "Aline", "structure": need.organisation.name, "besoin": "Refaire le site",
        "offre": "", "pôle": pole.name, "moi": nadia.get_full_name(),
    }  # fmt: skip


def test_each_to_whom_it_went_is_told_and_nobody_of_what_was_called_off(nadia, pole, need, aline):
    for is_called_off in (True, False):
        mailing = written(nadia, pole)
        acts.send(mailing, by=nadia, now=NOON)
        if is_called_off:
            acts.call_off(mailing, by=nadia, now=NOON)
        acts.post_due(NOON + timedelta(minutes=11))
        assert JournalEntry.objects.filter(told=True).exists() is not is_called_off
    [line] = JournalEntry.objects.filter(told=True)
    assert (line.kind, line.subject, line.by) == ("WROTE", aline, nadia)
