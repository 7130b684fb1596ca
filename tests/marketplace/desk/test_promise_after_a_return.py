"""A need whose structure was sent back is read within the days promised from its return: nobody could read it before."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import organisations
from accounts.models import User
from accounts.states import OrganisationStatus
from marketplace.actions.desk import readings
from marketplace.desk import board
from marketplace.desk.scope import Scope
from tests.factories import a_pole, make_coordinator, make_organisation, make_user
from tests.marketplace.desk.test_promise_to_read import (
    MONDAY,
    at,
    clock,
    counted,
    handed_in,
    lines_of,
    reminders,
)

__all__ = ["clock"]


@pytest.fixture
def come_back(clock):
    """A need handed in on the 2nd, whose structure was asked for more on the 3rd, and sent again on the 20th."""
    aline, judge = make_user("Aline"), make_coordinator()
    structure = make_organisation(administrator=aline, status=OrganisationStatus.SUBMITTED)
    structure.begin(by=aline)
    need = handed_in(structure=structure)
    need.steps.create(before="DRAFT", after="SUBMITTED", at=MONDAY)
    clock.move_to(at(3))
    organisations.ask_for_more(structure, reason="Et le RNA ?", by=judge)
    clock.move_to(at(20))
    organisations.resubmit(structure, word="Le voici.", by=aline)
    return need


def test_the_days_of_a_need_run_from_the_return_of_its_structure(client, clock, come_back):
    """The pages told its structure that the answer was late, on the very day that it had sent what was missing."""
    clock.move_to(at(20, 11))
    judge = User.objects.get(memberships__organisation__kind="OPERATOR")
    told = {line.kind: (line.urgency, line.since) for line in lines_of(judge)}
    assert told["need"] == told["organisation"] == ("calm", at(20))
    memberships = judge.memberships.select_related("organisation")
    (card,) = board.needs(Scope.of(judge, memberships, timezone.now()))[0].cards
    assert card.ageing == "calm"
    readings.remind(timezone.now())
    assert not reminders().exists()
    client.force_login(come_back.organisation.members.get())
    for page in (reverse("home"), come_back.get_absolute_url()):
        shown = client.get(page).text
        assert "promise pour le" not in shown
        assert "sous 2 jours ouvrés" in shown
    clock.move_to(at(26))
    readings.remind(timezone.now())
    assert "mardi 24 mars" in reminders().filter(key__startswith="need:").get().text
    assert "mardi 24 mars" in client.get(come_back.get_absolute_url()).text


def test_a_structure_that_is_accepted_without_being_sent_again_gives_its_need_its_days(
    clock, come_back
):
    structure, judge = come_back.organisation, make_coordinator()
    organisations.accept(structure, by=judge)
    clock.move_to(at(23))
    organisations.suspend(structure, reason="À voir.", by=judge)
    clock.move_to(at(30))
    organisations.restore(structure, reason="C’est réglé.", by=judge)
    (line,) = lines_of(judge)
    assert (line.urgency, line.since) == ("calm", at(30))


def test_what_waited_for_its_structure_is_counted_from_its_return(clock, come_back):
    clock.move_to(at(23))
    come_back.steps.create(before="SUBMITTED", after="PUBLISHED", at=at(23))
    assert counted(a_pole()).read_within(2) == (2, 2)  # the structure's first sending, and the need


def test_what_waits_for_its_structure_isn_t_counted_as_late(clock, come_back):
    organisations.refuse(come_back.organisation, reason="Non.", by=make_coordinator())
    clock.move_to(at(30))
    assert counted(a_pole()).read_within(2) == (2, 2)  # twice the structure
