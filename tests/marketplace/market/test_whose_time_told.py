"""On whose time somebody would come, as it is said to whoever asks for help."""

import pytest
from django.urls import reverse

from tests.factories import make_need, make_offer, make_organisation, make_user


@pytest.mark.parametrize(
    ("form", "is_sponsorship"), [("ASSOCIATION", True), ("SCIC", False), ("SAS", False)]
)
def test_no_sponsorship_is_offered_to_a_form_that_gives_no_receipts(client, form, is_sponsorship):
    """A SCIC read “mécénat de compétences” beside each company's offer: it can be none there."""
    structure = make_organisation(administrator=make_user(), legal_form=form)
    need = make_need(structure)
    company = make_organisation("COMPANY", member=(worker := make_user()))
    make_offer(worker, organisation=company, pole=need.pole)
    client.force_login(structure.members.get())
    page = client.get(reverse("need-candidates", args=[need.pk])).text.partition("<main")[2]
    assert "sur le temps de travail" in page
    assert ("(mécénat de compétences)" in page) == is_sponsorship
