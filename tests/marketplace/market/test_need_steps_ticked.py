"""What is surely read of a need's words is ticked while it is written, as on the front page."""

import pytest
from django.urls import reverse

from marketplace.models import Need
from tests.factories import make_cause, make_organisation, make_skill, make_user, verify
from tests.marketplace.market.test_need_steps import SENTENCE, first


@pytest.fixture
def at(client):
    """Who writes a need, logged in."""
    make_cause()
    aline = verify(make_user("Aline"))
    make_organisation(member=aline)
    client.force_login(aline)
    return client


def reads(client, context, **more):
    said = {"context": context, "chips": "yes", "asks_required": "yes"} | more
    return client.post(reverse("skills-picker"), said).context["picker"]


def test_what_is_surely_read_is_ticked_as_from_the_front_page(at):
    make_skill("compta-associative", "Comptabilité associative")
    picker = reads(at, SENTENCE)
    assert picker.codes == {"compta-associative"}
    assert [one.required for one in picker.chosen] == [True]


def test_what_somebody_has_unticked_is_not_ticked_again(at):
    make_skill("compta-associative", "Comptabilité associative")
    picker = reads(at, SENTENCE, offered=["compta-associative"], ticked=["compta-associative"])
    assert not picker.chosen
    assert [one.skill.code for one in picker.suggested] == ["compta-associative"]


def test_what_the_site_has_ticked_goes_with_the_words_and_what_they_ticked_stays(at):
    make_skill("compta-associative", "Comptabilité associative")
    held = {"skills": ["compta-associative"], "offered": ["compta-associative"]}
    assert not reads(at, "Bonjour.", **held, ticked=["compta-associative"]).chosen
    assert reads(at, "Bonjour.", **held).codes == {"compta-associative"}
    assert reads(at, SENTENCE, **held, ticked=["\0"]).codes == {"compta-associative"}


def test_the_button_that_reads_ticks_too_and_going_on_ticks_nothing_unseen(at):
    page = first(at, skills=[], button="read", chips="yes", asks_required="yes")
    assert page.context["picker"].codes == {"compta-associative"}
    assert 'name="offered" value="compta-associative"' in page.text
    page = first(at, skills=[], chips="yes", asks_required="yes")
    assert not page.context["picker"].chosen
    assert not Need.objects.exists()
