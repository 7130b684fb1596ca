"""Of many places the table beside the map holds those where most happens; the others are a link away."""

from django.urls import reverse
from django.utils import timezone

from accounts.land import land
from marketplace.actions.desk import figures as made
from marketplace.models import PlaceFigures
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
    assert "carte=tous" in page.text
    whole = client.get(reverse("figures"), {"months": "24", "carte": "tous"})
    assert len(whole.context["map_rows"]) == 2
    assert "Voir les" not in whole.text


def test_a_pole_of_three_hundred_places_draws_those_where_most_happens(client):
    """Each circle has its name, for whoever points at it: three hundred weighed as much as the rest of the page."""
    client.force_login(make_coordinator())
    pole, month = a_pole(), timezone.localdate().replace(day=1)
    lived(pole, seed=10, needs=8, now=timezone.now())
    made.refresh(pole, now=timezone.now())
    PlaceFigures.objects.all().delete()
    PlaceFigures.objects.bulk_create(
        PlaceFigures(
            pole=pole, month=month, code=f"2{n:08}", name=f"Communauté de communes du Val {n}",
            latitude=50 + n / 300, longitude=2 + n % 17 / 17, needs=n, missions=0, hours=0,
        )
        for n in range(1, 301)
    )  # fmt: skip
    page = client.get(reverse("figures"), {"months": "24"})
    drawn = [one.place.needs for one in page.context["map"].circles]
    assert sorted(drawn) == list(range(301 - figures.MOST_CIRCLES, 301))
    assert "Val 300</title>" in page.text
    assert "Val 1</title>" not in page.text
    assert len(page.content) < 60_000
    beside, table = page.text.split('<details class="more">', 1)
    assert f"Les {figures.MOST_CIRCLES} lieux les plus actifs, sur 300." in beside
    assert "Voir les 300 lieux</a>" in beside
    assert f"Les {figures.MOST_PLACES} lieux les plus actifs, sur 300." in table
    whole = client.get(reverse("figures"), {"months": "24", "carte": "tous"})
    assert "Val 1</title>" in whole.text
    assert "les plus actifs" not in whole.text
    assert 'id="funnel"' in page.text
    assert 'id="funnel"' not in whole.text, "the other figures stay on theirs"
