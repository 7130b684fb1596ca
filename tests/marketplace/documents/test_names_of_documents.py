"""What a paper is called, on the site and on itself."""

import pytest
from django.utils.translation import override

from marketplace.documents.facts import TITLES
from marketplace.models import Kind
from marketplace.models.documents.documents import CONVENTIONS


@pytest.mark.parametrize("kind", [*CONVENTIONS, Kind.CONTRACT_CHANGE])
def test_a_paper_has_the_same_name_on_the_site_as_on_its_first_line(kind):
    with override("fr"):
        assert str(kind.label) == TITLES[kind][0].lower() + TITLES[kind][1:]
