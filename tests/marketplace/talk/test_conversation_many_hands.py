"""Two coordinators answer at the same moment: both are read, nobody is told twice, one decision stands."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.refusals import NotYet
from marketplace.actions.talk import messages, moderation
from marketplace.models import CannedLine, Message, MessageReport, Thread
from notifications.models import Notification
from tests.at_once import together
from tests.factories import make_coordinator
from tests.marketplace.talk.talkers import talk_between_two

# SQLite has one writer at a time: the next one waits.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
ROUNDS = 10


def test_both_answers_stand_and_each_person_gets_one_letter():
    for _round in range(ROUNDS):
        talk = talk_between_two()
        karim, pk = make_coordinator(talk.proposal.need.pole), talk.thread.pk

        def answer(by, pk=pk):
            messages.say(Thread.objects.get(pk=pk), text="On s’en occupe.", sent_key="k", by=by)

        together(lambda: answer(talk.maelle), lambda: answer(karim))  # noqa: B023  (run at once)
        assert Message.objects.filter(thread=pk).count() == 2
        for person in (talk.aline, talk.noe):
            heard = Notification.objects.filter(recipient=person, kind="message_waiting")
            assert heard.count() == 1


def settle(act, pk, by, too_late, **why) -> None:
    try:
        act(MessageReport.objects.get(pk=pk), by=by, now=timezone.now(), **why)
    except NotYet as refusal:
        too_late.append(str(refusal))


def test_of_two_decisions_about_a_report_one_stands_and_the_other_hears_it():
    for _round in range(ROUNDS):
        talk = talk_between_two()
        karim, too_late = make_coordinator(talk.proposal.need.pole), []
        said = talk.say(talk.noe, "Vous êtes nuls.")
        pk = moderation.report(said, reason="RUDE", words="", by=talk.aline).pk
        together(
            lambda: settle(moderation.leave_up, pk, talk.maelle, too_late),  # noqa: B023
            lambda: settle(moderation.take_down, pk, karim, too_late, reason="Blessant"),  # noqa: B023
        )
        assert len(too_late) == 1
        said.refresh_from_db()
        kept = MessageReport.objects.get(pk=pk).outcome == MessageReport.Outcome.KEPT
        assert said.is_removed is not kept
        assert Notification.objects.filter(recipient=talk.aline, kind="report_settled").count() == 1


@pytest.mark.parametrize("act", ["canned-line-new", "canned-line-edit"])
def test_of_two_lines_with_the_same_title_one_is_kept_and_the_other_hears_it(act):
    for _round in range(ROUNDS):
        talk = talk_between_two()
        pole, codes = talk.proposal.need.pole, []
        pole.canned_lines.all().delete()
        rows = [CannedLine.objects.create(pole=pole, title=title, text="-") for title in "AB"]
        keys = [pole.pk] * 2 if act == "canned-line-new" else [row.pk for row in rows]

        def send(key, maelle=talk.maelle, codes=codes):
            browser = Client(raise_request_exception=False)
            browser.force_login(maelle)
            said = {"title": "Bonjour", "text": "Bonjour à vous deux."}
            codes.append(browser.post(reverse(act, args=[key]), said).status_code)

        together(lambda: send(keys[0]), lambda: send(keys[1]))  # noqa: B023  (run at once)
        assert sorted(codes) == [200, 302]
        assert pole.canned_lines.filter(title="Bonjour").count() == 1
