"""What the site itself gives as a reason is told to each reader in their own language; what somebody wrote, as written."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import override

from marketplace import reasons
from marketplace.actions import needs, silence
from marketplace.models import Mission, NeedStep, Promises, Proposal
from notifications.models import Notification
from tests.factories import make_mission, make_need, make_offer, make_proposal, make_user

CLOSED = {"fr": "La structure a clos le besoin.", "en": "The need was closed by the structure."}


@pytest.fixture
def closed():
    """By somebody who reads French; whoever waited reads English."""
    waits = make_user(language="en")
    proposal = make_proposal(make_need(member=make_user()), make_offer(waits))
    with override("fr"):
        needs.close(proposal.need, reason="Budget.", by=proposal.need.organisation.members.get())
    return proposal


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_tells_why_in_the_language_of_its_reader(client, closed, language):
    person = closed.offer.person
    person.language = language
    person.save()
    client.force_login(person)
    page = client.get(closed.get_absolute_url()).text
    with override(language):
        assert str(reasons.WORDS["need-closed"]) in page
    with override("en" if language == "fr" else "fr"):
        assert str(reasons.WORDS["need-closed"]) not in page
    assert "need-closed" not in page


def test_the_letter_tells_why_in_the_language_of_its_reader(closed):
    letter = Notification.objects.get(kind="proposal_closed", recipient=closed.offer.person)
    assert CLOSED["en"] in letter.text


def test_a_number_goes_with_its_plural():
    proposal = make_proposal(make_need(member=make_user()), make_offer())
    silence._close(proposal, Promises(pole=proposal.need.pole, close_after=10))
    step = Proposal.objects.get(pk=proposal.pk).steps.last()
    with override("fr"):
        assert "10 jours ouvrés" in str(step.said)
    with override("en"):
        assert str(step.said) == "No answer after 10 working days."


def test_a_name_is_told_in_both_languages():
    mission: Mission = make_mission()
    reason = reasons.coded("taken-over", person="Zoé 100 % [x]")
    step = mission.steps.create(before="RUNNING", after="INTERRUPTED", reason=reason)
    with override("en"):
        assert step.words == "Interrupted : Zoé 100 % [x] takes it over."


@pytest.mark.parametrize(
    "written", ["Budget coupé.", "[à suivre]", '["found", {}', '["nothing-of-ours", {}]', "[]", ""]
)
def test_what_somebody_wrote_stays_as_it_was_written(written):
    assert str(NeedStep(after="CLOSED", reason=written).said) == written


def test_every_reason_of_the_site_has_its_words_and_is_given():
    folder = Path(settings.BASE_DIR, "marketplace", "actions")
    source = "".join(path.read_text() for path in folder.glob("*.py"))
    assert set(re.findall(r'coded\(\s*"([\w-]+)"', source)) == set(reasons.WORDS)
