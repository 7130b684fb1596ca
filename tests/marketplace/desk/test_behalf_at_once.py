"""What was written for somebody is taken up, sent or taken back in the moment in which it is erased: one of them is first."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Organisation
from marketplace import letters
from marketplace.actions.desk import behalf as acts
from marketplace.actions.desk import unclaimed
from marketplace.actions.market import needs
from marketplace.actions.refusals import NotYet
from marketplace.models import Behalf, Need
from tests.at_once import HalfWay, together
from tests.factories import make_user, verify
from tests.marketplace.desk.behalf_people import (
    ADDRESS,
    a_draft,
    a_sent_need,
    completed,
    desk,
    row_of,
    the_link,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def slowly(monkeypatch, room, name):
    """The act stops half way, where it has locked what it locks first."""
    act, half = getattr(room, name), HalfWay()

    def slow(*args, **kwargs):
        half.stop()
        return act(*args, **kwargs)

    monkeypatch.setattr(room, name, slow)
    return half


def after(half, act, refused):
    try:
        half.then(act)
    except NotYet as refusal:
        refused.append(str(refusal))


def test_who_takes_it_up_as_it_is_erased_waits_and_is_told(monkeypatch):
    need, refused = a_sent_need(desk()), []
    row = acts.from_secret(the_link().split("/")[2])
    person = verify(make_user("Anne", "Petit", email=ADDRESS))
    half = slowly(monkeypatch, letters, "behalf_over")
    together(
        lambda: unclaimed.refuse(row, by=None, now=timezone.now()),
        lambda: after(half, lambda: acts.claim(row, by=person, now=timezone.now()), refused),
    )
    assert len(refused) == 1
    assert not Need.objects.filter(pk=need.pk).exists()
    assert not Organisation.objects.filter(pk=need.organisation_id).exists()


def test_what_is_taken_up_as_its_time_ends_is_not_erased(monkeypatch):
    need = a_sent_need(desk())
    row = acts.from_secret(the_link().split("/")[2])
    person = verify(make_user("Anne", "Petit", email=ADDRESS))
    half = slowly(monkeypatch, acts, "_enter")
    swept = []
    late = timezone.now() + timedelta(days=61)
    together(
        lambda: acts.claim(row, by=person, now=timezone.now()),
        lambda: after(half, lambda: swept.append(unclaimed.sweep(late)), []),
    )
    assert swept == [0]
    assert person.administers(need.organisation)
    assert row_of(need).claimed_by == person


def test_a_draft_that_is_sent_as_it_is_erased_is_sent_first(monkeypatch):
    them = desk()
    need = completed(a_draft(them))
    row = row_of(need)
    half = slowly(monkeypatch, letters, "need_submitted")
    together(
        lambda: needs.submit(need, by=them.writer),
        lambda: after(
            half, lambda: unclaimed.refuse(row, by=them.colleague, now=timezone.now()), []
        ),
    )
    assert not Need.objects.filter(pk=need.pk).exists()
    assert not Behalf.objects.exists()
