"""Receipts where a mission serves several structures: each eligible one for its own hours, to the cent."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Leaving
from marketplace.actions.documents import receipts, valuations
from marketplace.actions.market import leaving
from marketplace.actions.missions import hours
from marketplace.actions.refusals import NotYet
from marketplace.desk import year_files
from marketplace.law.shares import in_proportion
from marketplace.models import Document, Mission, Regime
from marketplace.rules import endings, receipt_shares
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests.factories import in_days, make_organisation, make_user
from tests.marketplace.missions.served_people import (
    Form,
    head_of,
    joint_mission,
    say_receipts,
    structure_of,
)


@given(
    st.decimals(min_value="0.01", max_value="1e9", places=2),
    st.lists(st.decimals(min_value=0, max_value=500, places=2), min_size=1, max_size=7),
)
def test_the_parts_make_the_value_again_to_the_cent(amount, received):
    parts = in_proportion(amount, dict(enumerate(received)))
    total = sum(received)
    assert sum(parts.values()) == (amount if total else 0)
    for one, part in parts.items():
        assert part >= 0
        if total:
            assert abs(part - amount * received[one] / total) < D("0.01")
        if not received[one]:
            assert part == 0


def test_the_cents_left_go_to_those_from_whom_the_rounding_took_most_and_first():
    assert in_proportion(D("100"), {1: D(1), 2: D(1), 3: D(1)}) == {
        1: D("33.34"),
        2: D("33.33"),
        3: D("33.33"),
    }
    assert in_proportion(D("0.05"), {1: D(1), 2: D(3)}) == {1: D("0.01"), 2: D("0.04")}


# --- a mission of three -----------------------------------------------------------------------
@pytest.fixture
def town():
    return structure_of("Ville", form=Form.PUBLIC)


@pytest.fixture
def house():
    return structure_of("Maison")


@pytest.fixture
def company(db):
    boss = make_user(first_name="Paul", last_name="Delattre")
    return make_organisation(
        "COMPANY", administrator=boss, siren="552100554", address="3 quai du Wault"
    )


def write(mission, amount, served=None, *, day=0, confirmed=True):
    said = {in_days(day): (D(amount), "Atelier")}
    hours.write(mission, said, person=mission.offer.person, today=in_days(0), served=served)
    if confirmed:
        rows = mission.hours.to_confirm()
        rows.update(confirmed_at=timezone.now(), confirmed_by=head_of(served or mission.structure))


@pytest.fixture
def mission(town, house, company):
    mission = joint_mission(
        town, house, lead=structure_of("Bottines"), work=True, company=company, regime=Regime.LOAN,
        status=MissionStatus.RUNNING, starts_on=in_days(-20), ends_on=in_days(20),
    )  # fmt: skip
    write(mission, "7", day=-3)
    write(mission, "3.5", town, day=-3)
    write(mission, "6.25", town, day=-2)
    write(mission, "2.75", house, day=-2)
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.REVIEWED)
    return Mission.objects.get(pk=mission.pk)


def declare(mission, amount="877.77"):
    boss = head_of(mission.offer.organisation)
    return valuations.declare(mission, D(amount), by=boss, now=timezone.now())


def give(mission, structure):
    return receipts.issue(
        Mission.objects.get(pk=mission.pk), by=head_of(structure), capacity="présidente",
        now=timezone.now(), structure=structure,
    )  # fmt: skip


def test_each_gives_a_receipt_for_its_own_hours_and_together_they_are_the_value(
    mission, town, house
):
    declare(mission)
    lead = mission.need.organisation
    given = [give(mission, one) for one in (lead, town, house)]
    assert sum(one.amount for one in given) == D("877.77")
    # Recounted from the hours: 7, 9.75 and 2.75 of 19.5.
    assert [one.amount for one in given] == [D("315.10"), D("438.88"), D("123.79")]
    assert [one.organisation for one in given] == [lead, town, house]
    assert [one.facts["receipt"]["hours"].split()[0] for one in given] == ["7", "9,75", "2,75"]
    assert given[1].facts["receipt"]["total"] == "438,88\N{NO-BREAK SPACE}€"


def test_each_has_its_own_numbers_and_a_second_one_is_refused(mission, town):
    declare(mission)
    first = give(mission, town)
    assert first.reference.endswith("-0001")
    with pytest.raises(NotYet):
        give(mission, town)
    assert give(mission, mission.need.organisation).reference.endswith("-0001")


def test_one_that_may_give_none_gives_none_and_the_others_their_part(mission, town, house):
    say_receipts(house, False)
    declare(mission)
    with pytest.raises(NotYet):
        give(mission, house)
    assert give(mission, town).amount == D("438.88")
    assert not endings._has_its_receipt(mission)
    give(mission, mission.need.organisation)
    assert endings._has_its_receipt(mission)


def test_hours_confirmed_since_the_value_change_no_part_of_it(mission, town, house):
    write_late = D("4")
    declare(mission)
    give(mission, town)
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.RUNNING)
    write(mission, write_late, house, day=-1)
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.VALUED)
    assert give(mission, house).amount == D("123.79")


def test_a_voided_one_is_replaced_by_its_own_structure(mission, town):
    declare(mission)
    wrong = give(mission, town)
    give(mission, mission.need.organisation)
    right = receipts.replace(
        wrong, reason="Adresse", by=head_of(town), capacity="maire", now=timezone.now(),
        counterparts=D(0), warned=False,
    )  # fmt: skip
    assert (right.organisation, right.amount, right.replaces) == (town, wrong.amount, wrong)
    assert Document.objects.receipts().standing().filter(mission=mission).count() == 2


def test_the_value_doesnt_change_while_one_receipt_stands(mission, town):
    declare(mission)
    give(mission, town)
    with pytest.raises(NotYet):
        declare(mission, "900")


def test_a_years_receipts_are_each_ones_own(client, mission, town):
    declare(mission)
    year = timezone.localdate().year
    assert list(receipts.waiting(town, year)) == [mission]
    client.force_login(head_of(town))
    page = client.get(reverse("receipts-year", args=[town.pk, year]))
    assert "438,88" in page.text
    assert "877,77" not in page.text
    give(mission, town)
    assert not receipts.waiting(town, year).exists()
    assert list(receipts.waiting(mission.need.organisation, year)) == [mission]


def test_the_page_gives_that_of_whoever_opens_it(client, mission, town):
    declare(mission)
    url = reverse("mission-receipt", args=[mission.pk])
    client.force_login(head_of(town))
    page = client.get(url)
    assert "438,88" in page.text
    answer = client.post(url, {"capacity": "maire", "counterparts": "", "read": "438.88"})
    assert answer.status_code == 302
    assert Document.objects.receipts().get().organisation == town
    assert client.post(url, {"capacity": "maire", "read": "438.88"}).status_code == 302
    assert Document.objects.receipts().count() == 1


def test_nobody_gives_anothers(client, mission, town, house):
    declare(mission)
    url = reverse("mission-receipt", args=[mission.pk])
    client.force_login(head_of(house))
    said = {"capacity": "x", "counterparts": "", "read": ""}
    assert client.post(f"{url}?pour={town.pk}", said).status_code == 403
    assert not Document.objects.receipts().exists()
    for person, answer in ((mission.offer.person, 403), (make_user(), 404)):
        client.force_login(person)
        assert client.get(url).status_code == answer
    with pytest.raises(NotYet):
        receipts.issue(mission, by=head_of(house), capacity="x", now=timezone.now(), structure=town)


def test_a_structure_reads_its_own_receipt_and_not_that_of_another(client, mission, town, house):
    declare(mission)
    mine, other = give(mission, town), give(mission, house)
    client.force_login(head_of(town))
    assert client.get(mine.get_absolute_url()).status_code == 200
    assert client.get(other.get_absolute_url()).status_code == 404


def test_each_structure_is_told_that_the_value_is_declared(mission, town, house):
    declare(mission)
    told = Notification.objects.filter(kind="value_declared").values_list("recipient", flat=True)
    assert set(told) == {head_of(one).pk for one in (mission.need.organisation, town, house)}


def test_the_companys_files_name_each_receipt_and_each_structure(mission, town, house, company):
    declare(mission)
    for one in (town, house):
        give(mission, one)
    year = timezone.localdate().year
    hours_of = {row[7]: row[9] for row in year_files.hours(company, year).rows}
    assert hours_of["Maison"] == D("2.75")
    values = list(year_files.values(company, year).rows)
    assert values[0][-1].count("R-") == 2


def test_a_mission_of_one_structure_keeps_its_whole_value(db, company):
    mission = joint_mission(lead=structure_of("Seule"), work=True, company=company)
    assert receipt_shares.kept_with(mission) is None


def test_a_suspended_structures_receipt_waits_and_the_others_dont(mission, town, house):
    declare(mission)
    town.status = "SUSPENDED"
    town.save()
    with pytest.raises(NotYet):
        give(mission, town)
    assert give(mission, house).amount == D("123.79")
    assert mission.hours.confirmed().total() == D("19.5")  # nothing is lost


def test_a_closed_structures_receipt_isnt_awaited(mission, town, house):
    declare(mission)
    for one in (mission.need.organisation, house):
        give(mission, one)
    town.status = "CLOSED"
    town.save()
    assert endings._has_its_receipt(mission)


def test_no_value_is_declared_while_hours_of_one_wait_for_its_word(mission, house):
    """The others' receipts would be for the time that was given to it."""
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.RUNNING)
    write(mission, "4", house, day=-1, confirmed=False)
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.REVIEWED)
    with pytest.raises(NotYet, match="Maison"):
        declare(mission)
    type(house).objects.filter(pk=house.pk).update(status="SUSPENDED")
    assert declare(mission).hours == D("19.5")


def test_a_receipt_says_the_hours_that_its_part_is_for(mission, house):
    declare(mission)
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.RUNNING)
    write(mission, "4", house, day=-1)
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.VALUED)
    assert give(mission, house).facts["receipt"]["hours"].split()[0] == "2,75"


def test_where_the_lead_has_left_the_site_the_others_still_give_theirs(mission, town, house):
    """The mission isn't closed before the value is declared, nor held by a receipt that nobody can give."""
    lead, now = mission.need.organisation, timezone.now()
    Leaving.objects.create(
        organisation=lead, closes_on=in_days(-1), asked_by=head_of(lead), told_at=now, closed_at=now
    )
    type(lead).objects.filter(pk=lead.pk).update(status="CLOSED")
    Mission.objects.filter(pk=mission.pk).update(
        status=MissionStatus.REVIEWED, delivered_at=now - timedelta(days=60)
    )
    leaving.carry_on(now)
    declare(mission)
    for one in (town, house):
        assert give(mission, one)
    mission.refresh_from_db()
    assert mission.status == MissionStatus.CLOSED
