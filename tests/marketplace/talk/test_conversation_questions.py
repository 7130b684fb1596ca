"""What the page of a conversation asks of the database: nothing of what it says that there isn't."""

import pytest

from marketplace.actions.talk import messages
from marketplace.models import Block, Thread
from marketplace.rules import permissions
from marketplace.states import MissionStatus
from marketplace.views.talk.there import There
from tests.factories import make_carrier, make_coordinator, make_mission, make_need, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def mission():
    made = make_mission(work=True, status=MissionStatus.RUNNING)
    messages.say(made.proposal.thread, text="Bonjour.", sent_key="one", by=made.offer.person)
    return made


@pytest.mark.parametrize(("who", "most"), [("coordinator", 14), ("structure", 10), ("person", 10)])
def test_a_mission_s_conversation(client, mission, who, most, django_assert_max_num_queries):
    readers = {
        "coordinator": lambda: make_coordinator(mission.need.pole),
        "structure": lambda: mission.need.created_by,
        "person": lambda: mission.offer.person,
    }
    client.force_login(readers[who]())
    url = mission.proposal.thread.get_absolute_url()
    client.get(url)
    with django_assert_max_num_queries(most):
        assert client.get(url).status_code == 200


@pytest.mark.parametrize("blocked", ["structure", "writer", "carrier", "reader"])
@pytest.mark.parametrize("blocker", ["person", "company"])
def test_whoever_is_kept_away_is_looked_for(mission, blocker, blocked):
    """What is asked first finds all that cuts a conversation, whichever end keeps the other away."""
    need, offer = mission.need, mission.offer
    carrier = make_carrier(need).organisation
    reader = carrier.members.get()
    by = {"person": {"by": offer.person}, "company": {"for_organisation": offer.organisation}}
    of = {
        "structure": {"organisation": need.organisation},
        "writer": {"person": need.created_by},
        "carrier": {"organisation": carrier},
        "reader": {"person": reader},
    }
    thread = mission.proposal.thread
    assert not permissions.is_cut(thread, reader)
    Block.objects.create(**{"by": offer.person} | by[blocker] | of[blocked])
    assert permissions.is_cut(thread, reader)
    assert There.of(thread, reader).may_be_cut


def test_a_question_is_cut_too():
    need, asker = make_need(), make_user()
    thread = Thread.objects.create(need=need, asker=asker)
    assert not There.of(thread, asker).may_be_cut
    Block.objects.create(by=need.created_by, for_organisation=need.organisation, person=asker)
    assert There.of(thread, asker).may_be_cut
    assert There.of(thread, need.created_by).may_be_cut
