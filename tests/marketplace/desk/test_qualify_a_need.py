"""A coordinator reads a need, asks, publishes or says why not."""

import pytest
from django.urls import reverse

from accounts.states import OrganisationStatus
from marketplace.actions.market import splitting
from marketplace.models import Proposal, Qualification, reasons
from marketplace.rules import permissions
from marketplace.states import NeedStatus
from notifications.models import Notification
from tests.factories import (
    in_days,
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_proposal,
    make_user,
)


@pytest.fixture
def need():
    return make_need(member=make_user(), status=NeedStatus.SUBMITTED)


@pytest.fixture
def coordinator(need):
    return make_coordinator(need.pole)


def letters(need, kind):
    member = need.organisation.members.get()
    return Notification.objects.filter(recipient=member, kind=kind)


def test_publishing_shows_it_to_all_and_tells_the_structure(client, need, coordinator):
    client.force_login(coordinator)
    client.post(reverse("need-publish", args=[need.pk]))
    client.logout()
    assert need.title in client.get(reverse("needs")).content.decode()
    assert letters(need, "need_published").count() == 1
    need.refresh_from_db()
    assert need.coordinator == coordinator


def test_publishing_twice_tells_once(client, need, coordinator):
    client.force_login(coordinator)
    for _ in range(2):
        page = client.post(reverse("need-publish", args=[need.pk]), follow=True).content.decode()
    assert "Trop tard" in page
    assert letters(need, "need_published").count() == 1


def test_a_question_gives_the_need_back(client, need, coordinator):
    client.force_login(coordinator)
    client.post(reverse("need-ask", args=[need.pk]), {"question": "Combien êtes-vous ?"})
    need.refresh_from_db()
    assert need.status == NeedStatus.DRAFT
    assert "Combien êtes-vous ?" in letters(need, "need_question").get().text
    client.force_login(need.organisation.members.get())
    page = client.get(need.get_absolute_url()).content.decode()
    assert "La coordination vous pose une question" in page
    assert page.index("Combien êtes-vous ?") < page.index("Ce qui est attendu à la fin")
    assert "Personne ne voit encore ce brouillon" not in page


def test_a_refusal_wants_a_reason(client, need, coordinator):
    client.force_login(coordinator)
    page = client.post(reverse("need-refuse", args=[need.pk]), {"reason": "  "}).content.decode()
    assert "Ce champ est obligatoire" in page
    need.refresh_from_db()
    assert need.status == NeedStatus.SUBMITTED


def test_a_refused_need_can_be_reworked(client, need, coordinator):
    client.force_login(coordinator)
    client.post(reverse("need-refuse", args=[need.pk]), {"reason": "C’est un poste salarié."})
    assert "C’est un poste salarié." in letters(need, "need_refused").get().text
    client.force_login(need.organisation.members.get())
    page = client.get(need.get_absolute_url()).content.decode()
    assert page.index("C’est un poste salarié.") < page.index("Ce qui est attendu à la fin")
    client.post(reverse("need-reopen", args=[need.pk]))
    need.refresh_from_db()
    assert need.status == NeedStatus.DRAFT


def test_an_unverified_structure_waits(client, coordinator):
    structure = make_organisation(
        status=OrganisationStatus.SUBMITTED,
        member=make_user(),
        pole=coordinator.organisations.get().pole,
    )
    need = make_need(structure, status=NeedStatus.SUBMITTED)
    client.force_login(coordinator)
    page = client.post(reverse("need-publish", args=[need.pk]), follow=True).content.decode()
    assert "Vérifiez d’abord l’organisation" in page
    need.refresh_from_db()
    assert need.status == NeedStatus.SUBMITTED


def test_a_need_whose_date_is_past_is_not_published(client, need, coordinator):
    need.starts_on, need.ends_on = in_days(-30), in_days(-1)
    need.save()
    client.force_login(coordinator)
    page = client.post(reverse("need-publish", args=[need.pk]), follow=True).content.decode()
    assert "déjà passée" in page


@pytest.mark.parametrize("name", ["need-publish", "need-ask", "need-refuse", "need-take-charge"])
def test_the_structure_does_not_qualify_itself(client, need, name):
    client.force_login(need.organisation.members.get())
    assert client.post(reverse(name, args=[need.pk])).status_code == 403


@pytest.mark.parametrize("name", ["need-publish", "need-ask", "need-refuse"])
def test_another_poles_coordinator_finds_nothing(client, need, name):
    client.force_login(make_coordinator(make_pole("Autre pôle", ["02"])))
    assert client.post(reverse(name, args=[need.pk])).status_code == 404


def test_closing_tells_those_who_were_waiting(client, coordinator):
    need = make_need(member=make_user())
    proposal = make_proposal(need)
    client.force_login(need.organisation.members.get())
    client.post(reverse("need-end", args=[need.pk]), {"reason": "Nous avons trouvé."})
    need.refresh_from_db()
    assert need.status == NeedStatus.WITHDRAWN
    told = Notification.objects.filter(recipient=proposal.offer.person, kind="proposal_closed")
    assert told.count() == 1


def test_taking_charge_tells_the_one_who_had_it(client, need, coordinator):
    before = make_coordinator(need.pole)
    need.coordinator = before
    need.save()
    client.force_login(coordinator)
    client.post(reverse("need-take-charge", args=[need.pk]))
    need.refresh_from_db()
    assert need.coordinator == coordinator
    assert Notification.objects.filter(recipient=before, kind="need_taken").count() == 1


def test_the_need_of_one_s_own_structure_is_read_by_another_coordinator(client, need, coordinator):
    need.organisation.memberships.create(user=coordinator)
    other = make_coordinator(need.pole, first_name="Odile", last_name="Renard")
    client.force_login(coordinator)
    acts = [
        ("need-publish", {}),
        ("need-take-charge", {}),
        ("need-ask", {"question": "Combien ?"}),
        ("need-refuse", {"reason": "Hors sujet"}),
        ("need-qualify", {"end": "", "outcome": "PUBLISH", "read": "0"}),
    ]
    for door, said in acts:
        assert client.post(reverse(door, args=[need.pk]), said).status_code == 403, door
    page = client.get(reverse("need-qualify", args=[need.pk]), follow=True)
    assert "ses besoins sont lus par Odile Renard" in page.text
    assert reverse("need-publish", args=[need.pk]) not in client.get(need.get_absolute_url()).text
    client.force_login(other)
    client.post(reverse("need-publish", args=[need.pk]))
    need.refresh_from_db()
    assert need.status == NeedStatus.PUBLISHED
    # Once it is published, its words are the others' to change, and a part of it to publish.
    assert not permissions.can_edit_need(coordinator, need)
    assert permissions.can_edit_need(other, need)


def test_where_nobody_else_coordinates_one_publishes_the_need_of_one_s_structure(
    client, need, coordinator
):
    need.organisation.memberships.create(user=coordinator)
    client.force_login(coordinator)
    client.post(reverse("need-publish", args=[need.pk]))
    need.refresh_from_db()
    assert need.status == NeedStatus.PUBLISHED
    assert need.steps.last().by == coordinator


def test_whoever_wrote_a_need_and_has_left_its_structure_leaves_it_to_another(
    client, need, coordinator
):
    need.created_by = coordinator
    need.save()
    client.force_login(coordinator)
    client.post(reverse("need-publish", args=[need.pk]))  # nobody else coordinates
    need.refresh_from_db()
    assert need.status == NeedStatus.PUBLISHED
    mine = make_need(need.organisation, status=NeedStatus.SUBMITTED, created_by=coordinator)
    other = make_coordinator(need.pole, first_name="Odile", last_name="Renard")
    assert client.post(reverse("need-publish", args=[mine.pk])).status_code == 403
    page = client.get(reverse("need-qualify", args=[mine.pk]), follow=True)
    assert "Vous avez écrit ce besoin\u00a0: il est lu par Odile Renard" in page.text
    client.force_login(other)
    client.post(reverse("need-publish", args=[mine.pk]))
    mine.refresh_from_db()
    assert mine.status == NeedStatus.PUBLISHED


def test_a_part_that_a_coordinator_makes_of_a_structure_s_need_stays_the_structure_s(coordinator):
    """They didn't write it: they publish it, and correct it afterwards."""
    need = make_need(member=make_user(), skills=("site-web", "droit"))
    make_coordinator(need.pole)
    moved = [need.wanted.select_related("skill").last().skill]
    part = splitting.split(need, skills=moved, title="Le droit", hours=8, by=coordinator)
    assert part.status == NeedStatus.PUBLISHED
    assert part.steps.first().by == coordinator
    assert permissions.can_edit_need(coordinator, part)


def test_a_part_of_one_s_own_structure_s_need_is_read_by_another_coordinator(coordinator):
    need = make_need(member=coordinator, skills=("site-web", "droit"))
    make_coordinator(need.pole)
    moved = [need.wanted.select_related("skill").last().skill]
    part = splitting.split(need, skills=moved, title="Le droit", hours=8, by=coordinator)
    assert part.status == NeedStatus.SUBMITTED


def test_what_the_structure_said_then_is_not_read_by_whoever_answers_its_need(client, coordinator):
    """A coordinator who would come leaves the need, and what was said as it was qualified, to the others."""
    need, heard = make_need(member=make_user()), "Le président part en mars."
    Qualification.objects.create(need=need, met="VISIT", met_words=heard, by=coordinator)
    comes = make_coordinator(need.pole, first_name="Sami")
    make_proposal(need, make_offer(comes))
    for reader, reads in ((comes, False), (coordinator, True)):
        client.force_login(reader)
        pages = [reverse(name, args=[need.pk]) for name in ("desk-need", "need-qualify")]
        assert [heard in client.get(page).text for page in pages] == [reads, reads]


def test_nor_does_whoever_answers_it_end_what_others_wait_for(client, coordinator):
    """They coordinate the pôle, and have applied themselves."""
    need, comes = (
        make_need(member=make_user()),
        make_coordinator(coordinator.organisations.get().pole),
    )
    make_proposal(need, make_offer(comes))
    rival = make_proposal(need)
    said = {"text": "Laissez tomber.", "sent_key": "k"}
    for reader, may in ((comes, False), (coordinator, True)):
        client.force_login(reader)
        assert (client.get(rival.get_absolute_url()).status_code == 200) is may
        client.post(rival.thread.get_absolute_url(), said)
        assert rival.thread.messages.filter(author=reader).exists() is may
        client.post(reverse("proposal-withdraw", args=[rival.pk]), {"reason": "Trop loin."})
        assert Proposal.objects.get(pk=rival.pk).is_open is not may


@pytest.mark.parametrize(
    ("reason", "is_quoted"),
    [
        ("Trop loin.", True),
        (reasons.coded("no-time"), True),
        (reasons.coded("no-longer-agrees"), False),
        (reasons.coded("unanswered", days=10), False),
        ("", False),
    ],
)
def test_what_somebody_said_is_quoted_and_what_the_site_says_isnt(reason, is_quoted):
    assert reasons.are_theirs(reason) == is_quoted
