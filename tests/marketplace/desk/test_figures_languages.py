"""The figures by language: each need counts in every language of its own but French, sessions too."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from common.spoken import Spoken
from marketplace.actions.desk import figures
from marketplace.figures import gatherings
from marketplace.figures.comparison import Choice, Options, broken_down, read
from marketplace.models import Gathering, HoursEntry
from marketplace.states import GatheringStatus
from tests.factories import (
    in_days,
    make_coordinator,
    make_mission,
    make_need,
    make_organisation,
    make_pole,
    make_user,
)
from tests.marketplace.gatherings.people import be_over, make_gathering

pytestmark = pytest.mark.django_db

FRENCH, BRETON, BASQUE = Spoken.FRENCH, Spoken.BRETON, Spoken.BASQUE


@pytest.fixture
def pole():
    return make_pole(departments=("59", "62"))


def handed_in(pole, languages, *, agreed=False):
    structure = make_organisation(pole=pole, member=make_user())
    need = make_need(structure, languages=languages)
    if agreed:
        make_mission(need=need)
    need.steps.all().delete()
    at = timezone.now() - timedelta(minutes=5)
    need.steps.create(before="", after="SUBMITTED", at=at)
    return need


def asked(pole, **query):
    return Choice.asked(pole, Options.of(pole), query, today=timezone.localdate())


def lines(pole, **query):
    """Needs and missions by language."""
    rows = broken_down(read(asked(pole, by="language", **query)))
    return {row.label: (row.counts.posted, row.counts.missions) for row in rows}


def test_a_need_counts_in_each_of_its_languages_and_once_in_the_whole(pole):
    handed_in(pole, FRENCH)
    handed_in(pole, FRENCH | BRETON, agreed=True)
    handed_in(pole, BRETON | BASQUE)
    figures.refresh(pole, now=timezone.now())
    assert lines(pole) == {"basque": (1, 0), "breton": (2, 1)}
    whole = read(asked(pole)).now
    assert (whole.posted, whole.missions) == (3, 1)
    assert lines(pole, language="eu") == {"basque": (1, 0)}
    alone = read(asked(pole, language="br")).now
    assert (alone.posted, alone.missions) == (2, 1)
    assert lines(pole, department="62") == {}
    assert lines(pole, department="59") == {"basque": (1, 0), "breton": (2, 1)}
    assert lines(make_pole("Ailleurs", ("80",))) == {}


def test_sessions_say_in_which_languages_they_were(pole):
    for mask in (FRENCH, FRENCH | BRETON, BRETON, BASQUE):
        one = be_over(make_gathering(make_organisation(pole=pole, member=make_user())))
        Gathering.objects.filter(pk=one.pk).update(
            languages=mask, status=GatheringStatus.TOOK_PLACE
        )
    held = gatherings.of(asked(pole))
    assert (held.sessions, held.spoken) == (4, [("breton", 2), ("basque", 1)])
    assert gatherings.of(asked(pole, language="br")).sessions == 2
    assert gatherings.of(asked(pole, language="ps")) is None
    assert gatherings.of(asked(pole, language="br", department="59")) is None


def test_the_page_and_the_file_tell_them_and_no_hours(client, pole):
    need = handed_in(pole, FRENCH | BRETON, agreed=True)
    mission = need.missions.get()
    for _ in range(8):
        HoursEntry.objects.create(
            mission=mission,
            person=make_user(),
            day=in_days(0),
            hours=3,
            confirmed_at=timezone.now(),
        )
    figures.refresh(pole, now=timezone.now())
    client.force_login(make_coordinator(pole))
    page = client.get(reverse("figures"), {"by": "language"})
    assert [row["words"] for row in page.context["rows"]] == ["breton"]
    assert '<option value="br">Breton</option>' in page.text
    for asked_for in ({"by": "language"}, {"language": "br"}):
        file = client.get(reverse("figures-export", args=["csv"]), asked_for)
        text = file.content.decode("utf-8-sig")
        (*_others, line) = [row for row in csv.reader(io.StringIO(text), delimiter=";") if row]
        assert line[1] == "1"
        assert line[-3] == "non communiqué"
    everything = client.get(reverse("figures-export", args=["csv"])).content.decode("utf-8-sig")
    (*_others, line) = [row for row in csv.reader(io.StringIO(everything), delimiter=";") if row]
    assert line[-3] != "non communiqué"


@pytest.mark.parametrize(
    "query", [{"language": "klingon"}, {"language": "fr"}, {"by": "language "}]
)
def test_a_language_that_there_isnt_is_left_out(client, pole, query):
    client.force_login(make_coordinator(pole))
    page = client.get(reverse("figures"), query)
    assert page.status_code == 200
    assert page.context["choice"].filters == {}
    assert page.context["choice"].by == "month"
