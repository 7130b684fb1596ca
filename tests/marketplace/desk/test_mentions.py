"""Every kind of paper, read in its own PDF, mention by mention."""

import pytest
from django.utils import timezone

from marketplace.actions.documents import ledger, receipts
from marketplace.models import Kind, Mission, Regime
from marketplace.models.documents.documents import kinds_after, kinds_before
from tests.marketplace.desk.mentions import MENTIONS, missing
from tests.marketplace.documents.document_desk import (
    give_hours,
    head_of,
    make_mission,
    make_receivable,
)
from tests.marketplace.documents.test_documents import make, text_of


@pytest.mark.parametrize("regime", list(Regime))
def test_each_paper_of_a_legal_frame_has_all_its_mentions(regime):
    mission = give_hours(make_mission(regime))
    for kind in kinds_before(regime):
        assert missing(text_of(ledger.read(make(mission, kind))), kind) == [], kind
    Mission.objects.filter(pk=mission.pk).update(status="DELIVERED")
    mission.refresh_from_db()
    for kind in kinds_after(regime):
        assert missing(text_of(ledger.read(make(mission, kind))), kind) == [], kind


def test_a_receipt_has_all_its_mentions():
    mission = make_receivable()
    by = head_of(mission.need.organisation)
    receipt = receipts.issue(mission, by=by, capacity="présidente", now=timezone.now())
    assert missing(text_of(ledger.read(receipt)), Kind.RECEIPT) == []


def test_no_kind_of_a_mission_is_left_unread():
    read = {kind for regime in Regime for kind in (*kinds_before(regime), *kinds_after(regime))}
    assert set(MENTIONS) == read | {Kind.RECEIPT}
