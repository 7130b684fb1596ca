"""What a paper is called, on the site and on itself, and how it names the two sides."""

import re

import pytest
from django.utils.translation import override

from marketplace.documents.facts import TITLES
from marketplace.models import Kind, Mission, Regime
from marketplace.models.documents.documents import CONVENTIONS
from tests.marketplace.documents.every_document import of_mission
from tests.marketplace.documents.test_what_documents_say import pages_of


@pytest.mark.parametrize("kind", [*CONVENTIONS, Kind.CONTRACT_CHANGE])
def test_a_paper_has_the_same_name_on_the_site_as_on_its_first_line(kind):
    with override("fr"):
        assert str(kind.label) == TITLES[kind][0].lower() + TITLES[kind][1:]


@pytest.mark.parametrize("regime", Regime)
def test_no_paper_puts_a_name_where_french_wants_an_article(regime):
    """“Entre Communauté de communes”, “auprès de Association”: whether a name takes one, nobody has said."""
    for name, content in of_mission(regime, full=True):
        words = " ".join(line for page in pages_of(content) for line in page)
        mission = Mission.objects.latest("pk")
        for one in filter(None, (mission.need.organisation, mission.offer.organisation)):
            bare = rf"(?:entre|auprès d|présence d|disposition d|sein d|transmis à)\W?e? ?{re.escape(str(one))}"
            assert re.findall(bare, words) == [], name
