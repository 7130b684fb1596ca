"""`make drill` in a short form: a small world is backed up, goes on living, is restored, and nothing is lost nor said twice."""

import pytest

from tests import drill
from tests.site import copy_of

pytestmark = pytest.mark.e2e

WORLD = """
from tests.factories import *
pole = make_pole()
odile = make_coordinator(pole, email="odile@example.org")
aline, noe, zoe, lucie = (make_user(email=f"{name}@example.org") for name in ("aline", "noe", "zoe", "lucie"))
garage = make_organisation("COMPANY", name="Garage Duval", administrator=zoe, member=noe)
ours = make_organisation(name="Les Jardins", administrator=aline)
make_mission(work=True, company=garage, person=noe, need=make_need(ours, title="Un site"))
make_proposal(make_need(ours, title="Un logo"), make_offer(lucie, title="Graphisme"))
"""


def test_a_restored_site_shows_what_it_showed_erases_anew_and_writes_to_nobody_twice(
    prepared, tmp_path
):
    site = copy_of(prepared, tmp_path / "var")
    site.settings |= {"MAIL_TRANSPORT": "file"}
    site.manage("shell", "-v", "0", "-c", WORLD)
    people = [f"{name}@example.org" for name in ("odile", "aline", "noe", "zoe")]
    found = drill.Drill(site, people, "lucie@example.org", tmp_path / "backups", most=40).run()
    drill.require_nothing_lost(found)
