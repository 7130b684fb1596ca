"""Closed reviews, a week's hours and the board in a real browser: axe and width, wide and on a phone."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import Someone

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the page is the same on either database
TWO_MISSIONS = """
from datetime import timedelta
from django.test import Client
from django.utils import timezone
from marketplace.actions.missions import missions
from marketplace.models import Mission
from tests.factories import a_pole, make_coordinator, make_mission, verify
make_coordinator(a_pole())
day = timezone.localdate()
delivered = make_mission(status="DELIVERED", delivered_at=timezone.now())
by = delivered.need.organisation.members.get()
missions.review(delivered, side="NEED", by=by, rating=2, again=False, words="Jamais là le matin.")
person = verify(delivered.offer.person)
running = make_mission(person=person, status="RUNNING")
Mission.objects.filter(pk=running.pk).update(
    starts_on=day - timedelta(days=60), ends_on=day + timedelta(days=60)
)
client = Client()
client.force_login(person)
print("told", client.cookies["session"].value, delivered.pk, running.pk)
"""


@pytest.fixture(scope="module")
def told(site):
    return site.manage("shell", "-v0", "-c", TWO_MISSIONS).split()[-3:]


@pytest.fixture
def person(site, browser, told):
    someone = Someone(site, browser, "Noé", "Lambert", "")
    cookie = {"name": "session", "value": told[0], "url": site.url}
    someone.page.context.add_cookies([cookie])
    return someone


def test_a_review_says_who_reads_it_and_how_much_room_is_left(person, told):
    page = person.page
    person.open(f"/missions/{told[1]}/")
    person.sees("bilan donné")
    person.does_not_see("Jamais là le matin")
    person.open(f"/missions/{told[1]}/bilan/")
    person.sees("Qui lira votre bilan")
    room = page.locator("#id_words_limit")
    expect(room).to_contain_text("2\u202f000 caractères au plus")
    page.locator("#id_words").fill("a" * 1900)
    expect(room).to_have_text("1\u202f900 / 2\u202f000 caractères")
    expect(room).to_have_attribute("aria-live", "polite")
    assert "id_words_limit" in page.locator("#id_words").get_attribute("aria-describedby")
    assert person.faults == []


def test_an_error_in_a_week_stands_below_its_day_and_widens_nothing(person, told):
    page = person.page
    a_past_week = date.today() - timedelta(days=21)
    person.open(f"/missions/{told[2]}/heures/?semaine={a_past_week:%Y-%m-%d}")
    column = page.locator("table.hours-week thead th").nth(1)
    before = column.bounding_box()["width"]
    page.locator("table.hours-week input[name^=hours_]").first.fill("trois heures et demie")
    person.click("Enregistrer la semaine")
    expect(page.locator(".row-error .field-error")).to_be_visible()
    assert abs(column.bounding_box()["width"] - before) < 8
    assert person.faults == []
