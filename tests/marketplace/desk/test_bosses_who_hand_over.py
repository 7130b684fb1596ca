"""A boss hands something over to somebody under them, who offers something at home for it: no refusal, no count, no list
and no « nobody answers » tells them so. The one it goes to is on a side all the same, and is told nothing of it."""

from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from marketplace.actions.desk import cases, takeovers
from marketplace.models import Case, Need
from marketplace.rules import permissions
from tests.factories import make_need, make_offer, make_proposal, make_user
from tests.marketplace.desk.absent_people import away, told
from tests.marketplace.desk.desk_people import make_colleague

pytestmark = pytest.mark.django_db
SIDED = "d’un des deux côtés"


@pytest.fixture
def world(nadia, karim, sonia):
    """Nadia administers the operator, and is the boss of its people (decision 32). Karim offers his Saturdays, for a need
    that she may read."""
    Membership.objects.filter(user=nadia).update(role=Membership.Role.ADMINISTRATOR)
    need = make_need(member=make_user(), coordinator=nadia)
    own = make_proposal(need, make_offer(karim, title="Photographe du samedi", pole=need.pole))
    other = make_proposal(need, make_offer(pole=need.pole))
    return SimpleNamespace(need=need, own=own, other=other)


def keys_of(world, reader):
    seen = f"p{world.need.coordinator_id}"
    return (f"need:{world.need.pk}:{seen}", f"proposal:{world.other.pk}:{seen}")


def hand_over(client, by, key, to):
    client.force_login(by)
    said = {"act": "hand_over", "item": key, "to": f"p{to.pk}", "note": "Ils sont tendus."}
    return client.post(reverse("desk-bulk"), said)


@pytest.mark.parametrize("which", [0, 1])
def test_they_are_not_refused_for_it(client, nadia, karim, sonia, world, which):
    """« Karim Benali est d’un des deux côtés » said that he offers something here."""
    key = keys_of(world, nadia)[which]
    assert SIDED in hand_over(client, sonia, key, karim).text  # she is no boss of his
    assert Need.objects.get(pk=world.need.pk).coordinator == nadia
    page = hand_over(client, nadia, key, karim)
    assert SIDED not in page.text
    assert Need.objects.get(pk=world.need.pk).coordinator == karim
    assert not told("handed_over", karim).exists()
    assert not permissions.follows_need(karim, world.need)


def test_they_are_refused_for_what_their_boss_knows(client, nadia, karim, world):
    world.need.organisation.memberships.create(user=karim)
    page = hand_over(client, nadia, keys_of(world, nadia)[0], karim)
    assert SIDED in page.text
    assert Need.objects.get(pk=world.need.pk).coordinator == nadia


@pytest.mark.parametrize("boss", [True, False])
def test_nor_does_the_count_of_a_take_over_say_so(client, nadia, karim, sonia, world, boss):
    cases.open_about(world.other, reason=Case.Reason.OTHER, by=nadia, now=timezone.now())
    by = nadia if boss else sonia
    outcome = takeovers.take_over(nadia, to=karim, note="Ils sont tendus.", by=by)
    assert (outcome.taken, outcome.refused) == ((2, 0) if boss else (0, 2))
    assert not told("lines_taken", karim).exists()


def test_of_what_they_may_follow_they_are_told_without_the_word(nadia, karim, world):
    make_need(coordinator=nadia)
    takeovers.take_over(nadia, to=karim, note="Ils sont tendus.", by=nadia)
    heard = told("lines_taken", karim).get()
    assert "1 ligne" in heard.subject
    assert "tendus" not in heard.text


def test_nor_does_the_list_of_who_may_take_a_case(client, nadia, karim, sonia, world):
    case = cases.open_about(world.other, reason=Case.Reason.OTHER, by=nadia, now=timezone.now())
    for reader, named in ((nadia, True), (sonia, False)):
        client.force_login(reader)
        form = client.get(case.get_absolute_url()).context["assign_form"]
        assert (karim in form.fields["to"].queryset) is named
    client.force_login(nadia)
    client.post(reverse("case-assign", args=[case.pk]), {"to": karim.pk, "words": "Tendus."})
    case.refresh_from_db()
    assert case.in_charge == karim
    assert not Case.objects.visible_to(karim).exists()


def test_nor_does_the_page_of_a_need_whose_coordinator_is_away(client, nadia, karim, world):
    """« Absent, personne ne répond » beside the page of the absence, which names who answers."""
    colleague = make_colleague(nadia)
    Need.objects.filter(pk=world.need.pk).update(coordinator=colleague)
    away(colleague, karim)
    client.force_login(nadia)
    assert "Karim Benali répond" in client.get(world.need.get_absolute_url()).text
    client.force_login(world.need.organisation.members.get())
    assert karim.email not in client.get(world.need.get_absolute_url()).text
