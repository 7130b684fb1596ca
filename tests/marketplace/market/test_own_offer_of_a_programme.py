"""Which offer the box of a programme calls “my offer”, for one of the employer's people."""

from django.utils import timezone

from marketplace.desk import own_programmes
from marketplace.models import Offer
from tests.factories import make_offer
from tests.marketplace.market.test_employees import company, head, hire, programme

__all__ = ["company", "head", "programme"]  # the fixtures of those tests


def test_my_offer_is_the_one_that_is_shown_and_no_draft_that_somebody_else_wrote(
    company, head, programme
):
    """A draft that their employer had just written in their name stood there, before their yes."""
    person = hire(company)
    own = make_offer(person, organisation=company, title="Mon offre montrée")
    other = make_offer(person, organisation=company, title="Offre complète", status="USED_UP")
    draft = make_offer(
        person, organisation=company, title="Brouillon", status="DRAFT", agrees=False
    )
    Offer.objects.filter(pk=draft.pk).update(created_by=head)
    shown = own_programmes.one(person, programme, today=timezone.localdate())
    assert shown.offer == own
    Offer.objects.filter(pk=own.pk).delete()
    assert own_programmes.one(person, programme, today=timezone.localdate()).offer == other
    Offer.objects.filter(pk=other.pk).delete()
    assert own_programmes.one(person, programme, today=timezone.localdate()).offer is None
