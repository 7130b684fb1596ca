"""Two organisations of one group agreed on a mission before they were one: what the law says of a loan is printed."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import GroupTie
from marketplace.actions.documents import documents, ledger
from marketplace.models import Kind, Regime, Time
from tests.factories import make_coordinator, make_user
from tests.marketplace.documents.document_desk import head_of, make_mission
from tests.marketplace.documents.test_documents import text_of

pytestmark = pytest.mark.django_db
ON_PAGE = "n’est pas ouvert au sein d’un même groupe (code du travail, article L.\xa08241-3)"
ON_PAPER = "n’est pas ouvert (code du travail, article L. 8241-3)"
LOANS = [
    (Regime.LOAN, Kind.CONVENTION_LOAN),
    (Regime.NOT_ELIGIBLE, Kind.CONVENTION_PLAIN),
    (Regime.NON_PROFIT_LOAN, Kind.CONVENTION_NON_PROFIT),
]


def unite(mission):
    now = timezone.now()
    return GroupTie.objects.create(
        member=mission.need.organisation,
        head=mission.offer.organisation,
        asked_by=make_user(),
        agreed_by=make_user(),
        agreed_at=now,
    )


def page_of(client, mission):
    client.force_login(head_of(mission.need.organisation))
    return client.get(reverse("mission-regime", args=[mission.pk])).text


def paper_of(mission, kind):
    by = head_of(mission.need.organisation)
    return text_of(ledger.read(documents.make(kind, mission, by=by, now=timezone.now())))


@pytest.mark.parametrize(("regime", "kind"), LOANS)
def test_where_a_loan_is_chosen_and_in_its_convention(client, regime, kind):
    mission = make_mission(regime)
    assert ON_PAGE not in page_of(client, mission)
    unite(mission)
    page = page_of(client, mission)
    assert ON_PAGE in page
    assert "ont dit ici faire partie du même groupe" in page
    paper = paper_of(mission, kind)
    assert ON_PAPER in paper
    assert "articles L. 8241-1 et L. 8241-2" in paper


@pytest.mark.parametrize(("regime", "kind"), LOANS)
def test_a_convention_between_others_says_nothing_of_groups(regime, kind):
    assert "même groupe" not in paper_of(make_mission(regime), kind)


def test_a_coordinator_reads_it_before_they_agree_to_less_than_the_cost(client):
    mission = make_mission(Regime.NON_PROFIT_LOAN)
    client.force_login(make_coordinator(mission.need.pole))
    door = reverse("mission-below-cost", args=[mission.pk])
    assert ON_PAGE not in client.get(door).text
    unite(mission)
    assert ON_PAGE in client.get(door).text


def test_no_public_employer_is_told_that_the_labour_code_rules_the_loan_of_its_agents(client):
    """“Un prêt de personnel entre deux organisations d’un même groupe…” was all that a town read of its own."""
    mission = make_mission(Regime.PUBLIC_AGENT)
    unite(mission)
    agents = "La mise à disposition d’un agent public a son propre cadre"
    assert agents in page_of(client, mission)
    town = mission.offer.organisation
    client.force_login(head_of(town))
    assert agents in client.get(reverse("group", args=[town.pk])).text


def test_a_question_without_an_answer_and_an_ended_tie_say_nothing(client):
    mission = make_mission(Regime.LOAN)
    tie = unite(mission)
    GroupTie.objects.filter(pk=tie.pk).update(agreed_at=None)
    assert ON_PAGE not in page_of(client, mission)
    GroupTie.objects.filter(pk=tie.pk).update(agreed_at=tie.agreed_at, ended_at=tie.agreed_at)
    assert ON_PAGE not in page_of(client, mission)


def test_ones_own_time_is_no_loan(client):
    mission = make_mission(Regime.LOAN)
    unite(mission)
    type(mission.offer).objects.filter(pk=mission.offer_id).update(time=Time.OWN)
    assert ON_PAGE not in page_of(client, mission)
