"""A message of those who are asked is no answer: what it puts off, and what it doesn’t."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.models import Message, Proposal
from marketplace.rules import service_levels
from marketplace.states import ProposalStatus
from tests.factories import make_coordinator
from tests.marketplace.desk.test_promises import MONDAY, clock, letters, on, proposal

__all__ = ["clock", "proposal"]  # fixtures


def test_who_keeps_writing_puts_the_closing_off_but_not_the_coordination(clock, client, proposal):
    """The page named one last day, the reminder another; and a word each week kept the coordination away for ever."""
    coordinator = make_coordinator(proposal.need.pole)
    clock.move_to(MONDAY + timedelta(days=7))
    author = proposal.need.organisation.members.get()
    Message.objects.create(thread=proposal.thread, author=author, text="Je regarde.", sent_key="1")
    on(clock, 11)
    assert letters("proposal_silent").get().recipient == coordinator
    for person in (proposal.offer.person, author, coordinator):
        client.force_login(person)
        page = client.get(proposal.get_absolute_url()).text
        assert "mercredi 11 mars" in page
        assert ("lundi 23 mars" in page) is (person != author), "ten working days after the 9th"
        assert "lundi 16 mars" not in page
    on(clock, 13)
    assert "lundi 23 mars" in letters("proposal_reminder").latest("pk").text
    on(clock, 16)
    assert Proposal.objects.get().is_open
    for day in (17, 18, 23):
        on(clock, day)
    assert Proposal.objects.get().status == ProposalStatus.UNANSWERED


def test_what_the_other_side_writes_puts_nothing_off(clock, proposal):
    clock.move_to(MONDAY + timedelta(days=1))
    author = proposal.offer.person
    Message.objects.create(thread=proposal.thread, author=author, text="Et alors ?", sent_key="1")
    assert on(clock, 4) == 1
    assert service_levels.promise_of(proposal).closes_on.isoformat() == "2026-03-16"


def test_who_is_asked_reads_their_day_without_a_question_of_who_wrote(client, proposal):
    client.force_login(proposal.need.organisation.members.get())
    with CaptureQueriesContext(connection) as asked:
        client.get(proposal.get_absolute_url())
    assert not [one for one in asked if 'MAX("marketplace_message"."created_at")' in one["sql"]]
