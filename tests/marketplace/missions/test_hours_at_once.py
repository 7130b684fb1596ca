"""The structure confirms hours while they are changed: what it confirms is what was on its screen."""

import pytest
from django.utils import timezone

from marketplace.actions.missions import hours
from marketplace.models import HoursEntry
from marketplace.states import MissionStatus
from tests.at_once import together
from tests.factories import in_days, make_mission

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
ROUNDS = 25


def test_hours_are_confirmed_as_they_were_read_or_changed_and_never_both():
    mission = make_mission(status=MissionStatus.RUNNING, starts_on=in_days(-30))
    person, head = mission.offer.person, mission.need.organisation.members.get()
    for day in range(1, ROUNDS + 1):
        on, confirmed, refused = in_days(-day), [], []
        read = HoursEntry.objects.create(mission=mission, person=person, day=on, hours=1)

        def change(on=on, refused=refused):
            try:
                hours.write(mission, {on: (2, "")}, person=person, today=timezone.localdate())
            except hours.WrongDay as refusal:
                refused.append(refusal)

        def confirm(up_to=read.pk, confirmed=confirmed):
            confirmed.append(hours.confirm(mission, up_to=up_to, by=head, now=timezone.now()))

        together(change, confirm)
        kept = HoursEntry.objects.get(mission=mission, day=on)
        assert (kept.pk == read.pk, kept.is_confirmed) == (bool(refused), bool(refused))
        assert confirmed == [1 if refused else 0]
        kept.delete()
