"""Who takes a paper away: the side that signed it or gave it, or a coordinator; never the other side."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from marketplace.actions.documents import documents, receipts
from marketplace.actions.missions import followups
from marketplace.models import Case, Duty, Kind, Mission, Party, Regime
from marketplace.rules import audience, permissions
from marketplace.states import DocumentStatus, MissionStatus
from notifications.models import Notification
from tests.factories import make_organisation, make_user
from tests.marketplace.documents.document_desk import (
    declare_value,
    duty,
    give_hours,
    head_of,
    make_mission,
    make_receivable,
)
from tests.marketplace.missions.amending import (
    coordinator_of,
    referent_of,
    sign_one,
    signed_mission,
)


@pytest.fixture
def agents():
    """A public agent lent: the order of the authority is given, nobody signs it here."""
    return signed_mission(Regime.PUBLIC_AGENT)


@pytest.fixture
def loan():
    return give_hours(signed_mission(Regime.LOAN))


def people_of(mission) -> dict:
    structure, company = mission.need.organisation, mission.offer.organisation
    in_charge = referent_of(company, "Odile")
    duty(in_charge, company, Duty.Kind.HR)
    return {
        "lent": mission.offer.person,
        "structure": head_of(structure),
        "member": referent_of(structure),
        "company": head_of(company),
        "in charge": in_charge,
        "coordinator": coordinator_of(mission),
        "stranger": make_user(),
    }


def void(client, user, document) -> int:
    client.force_login(user)
    url = reverse("document-void", args=[document.pk])
    page = client.get(document.get_absolute_url())
    answer = client.post(url, {"reason": "Une erreur."}).status_code
    shown = page.status_code == 200 and url in page.content.decode()
    assert shown == (answer == 302), "the page shows the door to whoever may open it"
    return answer


def stands(document) -> bool:
    document.refresh_from_db()
    return not document.is_void


def test_what_a_receipt_rests_on_isnt_voided_and_the_page_says_so(client, loan):
    declare_value(loan)
    Mission.objects.filter(pk=loan.pk).update(status=MissionStatus.REVIEWED)
    mission = Mission.objects.get(pk=loan.pk)
    by = head_of(mission.need.organisation)
    receipt = receipts.issue(mission, by=by, capacity="présidente", now=timezone.now())
    convention = mission.documents.standing().get(kind=Kind.CONVENTION_LOAN)
    client.force_login(coordinator_of(mission))
    url = reverse("document-void", args=[convention.pk])
    said = client.get(url).text
    assert receipt.reference in said
    assert 'name="reason"' not in said, "nobody types a reason that would be refused"
    client.post(url, {"reason": "Une erreur."})
    assert stands(convention)
    documents.void(receipt, reason="Une erreur.", by=by)
    client.post(url, {"reason": "Une erreur."})
    assert not stands(convention)


def test_the_page_says_what_else_is_voided_and_that_the_mission_is_paused(client, loan):
    convention = loan.documents.standing().get(kind=Kind.CONVENTION_LOAN)
    other = loan.documents.standing().get(kind=Kind.AMENDMENT)
    client.force_login(coordinator_of(loan))
    url = reverse("document-void", args=[convention.pk])
    said = client.get(url).text
    assert f"Un autre document est annulé en même temps\xa0: {other}." in said
    assert "La mission est suspendue tout de suite" in said
    assert f"temps\xa0: {convention}" not in said
    client.post(url, {"reason": "Une erreur."})
    assert not stands(other)
    loan.refresh_from_db()
    assert loan.status == MissionStatus.SUSPENDED


@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("lent", 403), ("company", 403), ("in charge", 403), ("stranger", 404),
        ("structure", 302), ("member", 302), ("coordinator", 302),
    ],
)  # fmt: skip
def test_a_certificate_is_voided_by_the_structure_or_a_coordinator(client, loan, signed, who, code):
    user = people_of(loan)[who]
    by = head_of(loan.need.organisation)
    document = documents.make(Kind.HOURS_CERTIFICATE, loan, by=by, now=timezone.now())
    if signed:
        sign_one(document, Party.STRUCTURE)
        document.refresh_from_db()
        assert document.status == DocumentStatus.SIGNED
    assert void(client, user, document) == code
    assert stands(document) == (code != 302)


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("lent", 403), ("structure", 403), ("member", 403), ("in charge", 403),
        ("stranger", 404), ("company", 302), ("coordinator", 302),
    ],
)  # fmt: skip
def test_an_order_is_voided_by_who_signs_for_the_authority_or_a_coordinator(
    client, agents, who, code
):
    user = people_of(agents)[who]
    order = agents.documents.get(kind=Kind.ORDER_AGENT)
    assert order.status == DocumentStatus.ISSUED
    assert void(client, user, order) == code
    assert stands(order) == (code != 302)


@pytest.mark.parametrize("who", ["lent", "structure"])
def test_nor_is_an_order_replaced_by_who_may_not_void_it(client, agents, who):
    """A new version takes the place of the one that stands, which is the same as voiding it."""
    order = agents.documents.get(kind=Kind.ORDER_AGENT)
    client.force_login(people_of(agents)[who])
    url = reverse("document-make", args=[agents.pk, Kind.ORDER_AGENT])
    assert client.post(url).status_code == 403
    assert stands(order)
    client.force_login(people_of(agents)["company"])
    client.post(url)
    assert stands(order)  # nothing has changed: it isn't made again before it is voided
    void(client, people_of(agents)["company"], order)
    client.post(url)
    assert not stands(order)
    assert agents.documents.standing().filter(kind=Kind.ORDER_AGENT).count() == 1


@pytest.mark.parametrize(("who", "code"), [("lent", 403), ("structure", 302), ("company", 302)])
def test_a_paper_of_several_that_waits_is_voided_by_a_side_but_not_by_the_person_lent(
    client, who, code
):
    mission = make_mission(Regime.LOAN)
    company = mission.offer.organisation
    company.memberships.get_or_create(user=mission.offer.person)
    by = head_of(mission.need.organisation)
    document = documents.make(Kind.AMENDMENT, mission, by=by, now=timezone.now())
    assert void(client, people_of(mission)[who], document) == code
    assert stands(document) == (code != 302)


def test_a_volunteer_is_a_side_of_their_own(client):
    mission = make_mission(Regime.VOLUNTEERING)
    by = head_of(mission.need.organisation)
    document = documents.make(Kind.MISSION_LETTER, mission, by=by, now=timezone.now())
    assert void(client, mission.offer.person, document) == 302
    assert not stands(document)


@pytest.mark.parametrize("who", ["structure", "lent"])
def test_a_paper_that_says_what_was_agreed_is_not_made_again_by_a_second_click(client, who):
    """It would void what the other side has signed, and write to all who sign, as often as somebody clicks; whoever
    is lent voids no paper, and could do it so."""
    mission = make_mission(Regime.LOAN)
    company = mission.offer.organisation
    company.memberships.get_or_create(user=mission.offer.person)
    by = head_of(mission.need.organisation)
    document = documents.make(Kind.AMENDMENT, mission, by=by, now=timezone.now())
    sign_one(document, Party.EMPLOYER)
    told = Notification.objects.count()
    client.force_login(people_of(mission)[who])
    for _click in range(2):
        answer = client.post(reverse("document-make", args=[mission.pk, Kind.AMENDMENT]))
        assert answer.url == document.get_absolute_url()
    assert stands(document)
    assert document.signatures.count() == 1
    assert (mission.documents.count(), Notification.objects.count()) == (1, told)


def test_a_certificate_is_made_again_once_it_would_say_something_else():
    """Other hours, or another name of the structure."""
    mission = make_receivable()
    by = head_of(mission.need.organisation)

    def made():
        return documents.make(Kind.HOURS_CERTIFICATE, mission, by=by, now=timezone.now())

    first = made()
    assert made() == first
    mission.hours.update(hours=5)
    second = made()
    assert (second.version, stands(first)) == (2, False)
    Organisation.objects.filter(pk=mission.need.organisation_id).update(name="L’Atelier du Pont")
    assert made().version == 3


def test_whoever_signed_for_a_side_voids_nothing_as_the_coordination_though_they_have_left(
    client, loan
):
    """The head of the structure has left it, and coordinates now."""
    neutral, signer = coordinator_of(loan), head_of(loan.need.organisation)
    paper = loan.documents.get(kind=Kind.CONVENTION_LOAN)
    loan.need.organisation.memberships.filter(user=signer).delete()
    make_organisation(Organisation.Kind.OPERATOR, pole=loan.need.pole, member=signer)
    assert void(client, signer, paper) == 403
    assert stands(paper)
    assert void(client, neutral, paper) == 302


def test_nor_reads_what_the_other_side_confides_to_the_coordination(loan):
    """The head of the company, who signed the loan, coordinates now: the structure calls for help about it."""
    neutral, signer = coordinator_of(loan), head_of(loan.offer.organisation)
    loan.offer.organisation.memberships.filter(user=signer).delete()
    make_organisation(Organisation.Kind.OPERATOR, pole=loan.need.pole, member=signer)
    question = loan.follow_ups.create(
        kind="FIRST_WEEK", side="NEED", asked=head_of(loan.need.organisation), asked_on=timezone.localdate()
    )  # fmt: skip
    followups.answer(question, answer="HELP", words="On nous a envoyé n’importe qui.")
    told = Notification.objects.filter(kind="help_asked").values_list("recipient", flat=True)
    assert neutral.pk in told
    assert signer.pk not in told
    assert not permissions.follows(signer, loan)
    assert permissions.follows(neutral, loan)
    assert not Case.objects.visible_to(signer).exists()
    others = audience.coordinators_of(loan.need.pole).exclude(pk=signer.pk)
    Membership.objects.filter(user__in=others).delete()
    assert permissions.follows(signer, loan), "nobody else is left to hear it"


def test_nor_does_whoever_wrote_the_sheet_for_a_side(client, loan):
    neutral, gone = coordinator_of(loan), coordinator_of(loan)
    loan.sheet.versions.create(number=1, data={}, side="OFFER", by=gone)
    loan.sheet.versions.create(number=2, data={}, side="", by=neutral)
    paper = loan.documents.get(kind=Kind.CONVENTION_LOAN)
    assert void(client, gone, paper) == 403
    assert stands(paper)
    assert void(client, neutral, paper) == 302


@pytest.mark.parametrize("signed", [True, False])
def test_only_a_paper_that_has_signatures_is_said_to_be_kept_with_them(client, loan, signed):
    by = head_of(loan.need.organisation)
    document = documents.make(Kind.HOURS_CERTIFICATE, loan, by=by, now=timezone.now())
    if signed:
        sign_one(document, Party.STRUCTURE)
    client.force_login(by)
    page = client.get(reverse("document-void", args=[document.pk])).text
    assert ("avec ses signatures" in page) is signed
    assert "votre motif" in page
