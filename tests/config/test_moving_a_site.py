"""`manage.py move_to` on a site as people get it: from its server to a file, and it is there."""

import pytest

from tests.site import copy_of

pytestmark = [pytest.mark.e2e, pytest.mark.postgres]


def test_the_command_lays_out_the_tables_and_the_site_is_there(prepared, tmp_path):
    site = copy_of(prepared, tmp_path / "var")
    site.manage("shell", "-v", "0", "-c", "from tests.factories import *; make_mission()")
    said = site.manage("move_to", "sqlite")
    assert "all of them and as they were" in said, said
    site.settings["DATABASE_URL"] = "sqlite"
    told = "from marketplace.models import *; print(Mission.objects.get().need.organisation)"
    assert site.manage("shell", "-v", "0", "-c", told).strip()
    assert "[ ]" not in site.manage("showmigrations", "marketplace"), "each is noted as applied"
