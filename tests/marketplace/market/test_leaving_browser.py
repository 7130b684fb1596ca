"""An administrator sets the last day, calls it off, leaves, and takes the papers out, in a real browser."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.people_in_browsers import Someone

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the pages are the same on either database
HOUSE = """
from django.test import Client
from accounts.models import Membership
from tests.factories import make_mission, make_organisation, make_user, verify
claire = make_user("Claire", "Hermant", email="claire@example.org")
house = make_organisation("COMPANY", name="Verreries du Nord", administrator=claire)
make_mission(work=True, company=house, status="RUNNING")
client = Client(); client.force_login(verify(claire))
print(house.pk, client.cookies["session"].value)
"""


def day(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def test_a_day_is_set_called_off_and_comes(site, browser):
    house, session = site.manage("shell", "-v0", "-c", HOUSE).split()[-2:]
    claire = Someone(site, browser, "Claire", "", "claire@example.org")
    cookie = {"name": "session", "value": session, "url": site.url}
    claire.page.context.add_cookies([cookie])
    claire.open(f"/organisations/{house}/")
    claire.click("Quitter Trait d’union")
    claire.sees("Missions en cours")
    claire.click("Partir ce jour-là")
    claire.sees("Cochez cette case une fois la phrase lue")
    claire.fill(on=day(30))
    claire.page.get_by_label("J’ai lu que les missions").check()
    claire.click("Partir ce jour-là")
    claire.sees("Date fixée le")
    claire.click("Annuler le départ")
    claire.fill(on=day(0))
    claire.page.get_by_label("J’ai lu que les missions").check()
    claire.click("Partir ce jour-là")
    claire.sees("Verreries du Nord a quitté Trait d’union")
    claire.sees("ses documents vous attendent ici")
    assert claire.faults == []
