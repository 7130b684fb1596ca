"""Of many places the table beside the map holds those where most happens; the others are a link away."""

from django.urls import reverse
from django.utils import timezone

from accounts.land import land
from marketplace.actions.desk import figures as made
from marketplace.views.desk import figures
from tests.factories import a_pole, make_coordinator
from tests.marketplace.desk.test_figures import lived


def test_of_many_places_the_busiest_then_all(client, monkeypatch):
    monkeypatch.setattr(figures, "MOST_PLACES", 1)
    client.force_login(make_coordinator())
    lived(a_pole(), seed=10, needs=8, now=timezone.now())
    land.cache_clear()
    made.refresh(a_pole(), now=timezone.now())
    page = client.get(reverse("figures"), {"months": "24"})
    [shown] = page.context["map_rows"]
    every = [one.place for one in page.context["map"].circles]
    assert shown.place.needs + shown.place.missions == max(
        one.needs + one.missions for one in every
    )
    assert page.context["more_places"] == len(every) == 2
    assert "carte=tous#map" in page.text
    whole = client.get(reverse("figures"), {"months": "24", "carte": "tous"})
    assert len(whole.context["map_rows"]) == 2
    assert "carte=tous#map" not in whole.text
