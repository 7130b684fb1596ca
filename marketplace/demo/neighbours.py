"""The neighbouring pôle: its coordinator, a volunteer, and a need about which it was asked."""

from datetime import timedelta

from django.utils import timezone

from marketplace.actions.desk import elsewhere
from marketplace.demo import people
from marketplace.demo.clock import Story, at
from marketplace.demo.files import read
from marketplace.demo.market import Cast
from marketplace.demo.stories import was_there_before
from marketplace.models import Need
from marketplace.rules.working_days import worked_from
from marketplace.states import NeedStatus

IN_BOTH = "escale"  # the operator that coordinates both pôles
WORD = "Nous cherchons aussi chez nous. Auriez-vous quelqu’un du côté des Ardennes, pour laisser le choix à la structure ?"


def exchange(needs: list[Need], cast: Cast) -> Story:
    """Five days ago our coordinators asked the neighbours about a need; they are looking for somebody. One of our operators
    is seated there too."""
    pole = people.make_neighbours(read("organisations"), read("people"))
    people.be_seated(cast.organisations[IN_BOTH], pole)
    need = next(one for one in needs if one.status == NeedStatus.PUBLISHED and one.is_listed)
    day = worked_from(timezone.localdate() - timedelta(days=5))
    was_there_before(day, need)
    yield at(day, 15, 30)
    assert need.coordinator is not None, "a coordinator has published it"
    elsewhere.ask(need, pole, word=WORD, by=need.coordinator)
