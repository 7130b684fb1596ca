"""A row that the database refuses isn't taken for one that is written already: the true cause comes out."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from marketplace.actions.desk import cases
from marketplace.actions.talk import messages, moderation
from tests.factories import make_mission
from tests.marketplace.talk.talkers import talk_between_two


def a_message():
    talk = talk_between_two()
    messages.say(talk.thread, text="Bonjour", sent_key="k", by=talk.aline, about=(None, ""))


def a_report():
    talk = talk_between_two()
    said = messages.say(talk.thread, text="Bonjour", sent_key="k", by=talk.aline)
    moderation.report(said, reason=None, words="", by=talk.noe)


def a_case():
    cases.open_about(make_mission(), reason=None, now=timezone.now())


@pytest.mark.parametrize("write", [a_message, a_report, a_case])
def test_another_fault_than_twice_says_what_it_is(write):
    with pytest.raises(IntegrityError), transaction.atomic():
        write()
