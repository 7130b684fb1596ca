"""Who speaks for an organisation, and who is one of its people alone."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import invitations, memberships
from accounts.actions.refusals import Refusal
from accounts.models import Membership, Organisation
from marketplace.actions.market import duties, people, roles
from marketplace.models import Agreement, Offer
from marketplace.rules import audience, permissions
from notifications.models import Notification
from tests.factories import (
    make_authority,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_user,
)
from tests.marketplace.documents import document_desk

EMPLOYEE, REPRESENTATIVE = Membership.Role.EMPLOYEE, Membership.Role.REPRESENTATIVE
ADMINISTRATOR = Membership.Role.ADMINISTRATOR


@pytest.fixture
def head():
    return make_user("Hélène", "Roux")


@pytest.fixture
def company(head):
    return make_organisation("COMPANY", administrator=head, name="Verreries du Nord")


def join(company, role=EMPLOYEE, **fields):
    return company.memberships.create(user=make_user(**fields), role=role)


def url(company):
    return reverse("roles", args=[company.pk])


def test_an_employee_works_for_it_and_doesn_t_speak_for_it(company):
    person = join(company).user
    assert person.belongs_to(company)
    assert person.works_for(company)
    assert not person.represents(company)
    assert not person.speaks_for(company)
    assert permissions.can_offer_for(person, company)


def test_an_employee_of_an_association_writes_no_need_and_reads_no_draft():
    structure = make_organisation(administrator=make_user())
    person, draft = join(structure).user, make_need(structure, status="DRAFT")
    assert not permissions.can_write_need(person, structure)
    assert not permissions.can_edit_need(person, draft)
    assert not type(draft).objects.visible_to(person).filter(pk=draft.pk).exists()
    assert person not in audience.structure(draft)
    # Nor is anybody proposed to their own house.
    assert not permissions.can_apply(person, make_need(structure))


def test_a_team_s_offer_and_a_colleague_s_are_not_an_employee_s(company, head):
    person, colleague = join(company).user, join(company).user
    team = make_offer(head, organisation=company, somebody=None)
    theirs = make_offer(colleague, organisation=company)
    own = make_offer(person, organisation=company)
    assert list(Offer.objects.owned_by(person)) == [own]
    assert not permissions.owns_offer(person, team)
    assert not permissions.owns_offer(person, theirs)
    assert set(Offer.objects.owned_by(head)) == {team, theirs, own}


def test_the_roles_of_several_are_chosen_on_one_page(client, company, head):
    one, other = join(company, REPRESENTATIVE), join(company, REPRESENTATIVE)
    client.force_login(head)
    boss = company.memberships.get(user=head)
    typed = {
        f"role-{boss.pk}": ADMINISTRATOR,
        f"role-{one.pk}": EMPLOYEE,
        f"role-{other.pk}": ADMINISTRATOR,
    }
    client.post(url(company), typed)
    one.refresh_from_db(), other.refresh_from_db()
    assert (one.role, other.role) == (EMPLOYEE, ADMINISTRATOR)
    assert Notification.objects.filter(kind="role_changed").count() == 2
    told = Notification.objects.get(kind="role_changed", recipient=one.user)
    assert "pour vous-même" in told.text
    client.post(url(company), typed | {f"role-{one.pk}": EMPLOYEE})
    assert Notification.objects.filter(kind="role_changed").count() == 2, "nothing twice"


def test_when_one_of_them_can_t_be_changed_none_is_and_the_reason_is_beside_it(
    client, company, head
):
    one, charged = join(company, REPRESENTATIVE), join(company, REPRESENTATIVE)
    document_desk.duty(charged.user, company, "HR")
    client.force_login(head)
    boss = company.memberships.get(user=head)
    answer = client.post(
        url(company),
        {
            f"role-{boss.pk}": ADMINISTRATOR,
            f"role-{one.pk}": EMPLOYEE,
            f"role-{charged.pk}": EMPLOYEE,
        },
    )
    one.refresh_from_db(), charged.refresh_from_db()
    assert (one.role, charged.role) == (REPRESENTATIVE, REPRESENTATIVE)
    assert "a une fonction" in answer.context["form"].errors[f"role-{charged.pk}"][0]
    assert answer.context["form"][f"role-{one.pk}"].value() == EMPLOYEE, "what was chosen is kept"


def test_oneself_is_changed_last_and_the_house_keeps_an_administrator(company, head):
    other, boss = join(company, REPRESENTATIVE), company.memberships.get(user=head)
    refused = roles.change_several([(boss, EMPLOYEE)], by=head)
    assert "garder" in refused[boss.pk]
    assert roles.change_several([(boss, EMPLOYEE), (other, ADMINISTRATOR)], by=head) == {}
    assert company.memberships.get(user=head).role == EMPLOYEE


def test_what_another_administrator_changed_meanwhile_is_said_and_not_overwritten(
    client, company, head
):
    one, boss = join(company, REPRESENTATIVE), company.memberships.get(user=head)
    client.force_login(head)
    typed = {
        f"role-{boss.pk}": ADMINISTRATOR, f"was-{boss.pk}": ADMINISTRATOR,
        f"role-{one.pk}": REPRESENTATIVE, f"was-{one.pk}": REPRESENTATIVE,
    }  # fmt: skip
    roles.change(one, ADMINISTRATOR, by=head)
    answer = client.post(url(company), typed)
    assert "entre-temps" in answer.context["form"].errors[f"role-{one.pk}"][0]
    one.refresh_from_db()
    assert one.role == ADMINISTRATOR
    client.post(url(company), typed | {f"was-{one.pk}": ADMINISTRATOR})
    one.refresh_from_db()
    assert one.role == REPRESENTATIVE, "looked at again"


def test_those_who_are_charged_with_nothing_are_put_forward_as_employees(client, company, head):
    simple, charged = join(company, REPRESENTATIVE), join(company, REPRESENTATIVE)
    document_desk.duty(charged.user, company, "CSR")
    client.force_login(head)
    form = client.get(url(company), {"proposer": "1"}).context["form"]
    assert form[f"role-{simple.pk}"].value() == EMPLOYEE
    assert form[f"role-{charged.pk}"].value() == REPRESENTATIVE


@pytest.mark.parametrize("who", ["employee", "representative", "stranger", "gone"])
def test_only_an_administrator_chooses_roles(client, company, who):
    target, person = join(company), make_user()
    if who in {"employee", "representative"}:
        company.memberships.create(user=person, role=Membership.Role[who.upper()])
    if who == "gone":
        company.memberships.create(user=person, role=ADMINISTRATOR).delete()
    client.force_login(person)
    assert client.post(url(company), {}).status_code == 403
    one = reverse("membership-role", args=[target.pk])
    expected = 403 if who == "representative" else 404
    assert client.post(one, {"role": ADMINISTRATOR}).status_code == expected
    target.refresh_from_db()
    assert target.role == EMPLOYEE


def test_a_duty_that_reads_of_others_makes_a_representative_and_says_so(client, company, head):
    one = join(company, first_name="Nora", last_name="Cissé")
    client.force_login(head)
    said = client.post(
        reverse("duties", args=[company.pk]), {"membership": one.pk, "kind": "CSR"}, follow=True
    )
    one.refresh_from_db()
    assert one.role == REPRESENTATIVE
    assert "Nora Cissé parle aussi au nom" in said.text
    with pytest.raises(Refusal, match="a une fonction"):
        roles.change(one, EMPLOYEE, by=head)
    duties.take_back(one.duties.get())
    roles.change(one, EMPLOYEE, by=head)


def test_where_nobody_is_lent_everybody_speaks_for_it(head):
    operator = make_organisation(Organisation.Kind.OPERATOR, administrator=head)
    one = join(operator, REPRESENTATIVE)
    with pytest.raises(Refusal, match="chaque personne parle"):
        roles.change(one, EMPLOYEE, by=head)
    with pytest.raises(Refusal, match="chaque personne parle"):
        invitations.invite(
            operator, email="z@example.org", role=EMPLOYEE, by=head, now=timezone.now()
        )


def test_an_invited_employee_is_told_what_it_is_and_joins_as_one(client, company, head):
    client.force_login(head)
    page = client.get(reverse("members", args=[company.pk]))
    assert page.context["form"]["role"].value() == EMPLOYEE, "a company invites its people"
    client.post(
        reverse("members", args=[company.pk]), {"email": "nora@example.org", "role": EMPLOYEE}
    )
    letter = Notification.objects.get(kind="invitation")
    assert "votre temps de travail" in letter.text
    assert "votre employeur ne le voit jamais" in letter.text
    person = make_user(email="nora@example.org")
    invitation = company.invitations.get()
    membership = invitations.accept(invitation, by=person, now=timezone.now())
    assert membership.role == EMPLOYEE


def test_administrators_are_told_once_that_they_may_choose(client, company, head):
    join(company, REPRESENTATIVE)
    Organisation.objects.filter(pk=company.pk).update(roles_untold=True)
    make_organisation("COMPANY", administrator=make_user())
    assert memberships.tell_of_roles() == 1
    assert memberships.tell_of_roles() == 0
    letter = Notification.objects.get(kind="roles_to_choose")
    assert (letter.recipient, letter.url) == (head, url(company))
    assert "2 personnes parlent" in letter.text
    client.force_login(head)
    assert client.get(letter.url).status_code == 200


def test_a_suspended_company_is_told_once_it_is_active_again(company):
    Organisation.objects.filter(pk=company.pk).update(roles_untold=True, status="SUSPENDED")
    assert memberships.tell_of_roles() == 0
    Organisation.objects.filter(pk=company.pk).update(status="ACCEPTED")
    assert memberships.tell_of_roles() == 1


def test_whoever_is_charged_by_a_page_read_before_speaks_for_it_again(company, head):
    """Two administrators at once: one lowers the role while the other gives the duty."""
    read_before = join(company, REPRESENTATIVE)
    roles.change(Membership.objects.get(pk=read_before.pk), EMPLOYEE, by=head)
    duties.give(read_before, kind="HR", by=head)
    read_before.refresh_from_db()
    assert read_before.represents


def test_nobody_is_charged_who_has_left_meanwhile(client, company, head):
    gone = join(company, REPRESENTATIVE)
    memberships.remove(Membership.objects.get(pk=gone.pk), by=head)
    with pytest.raises(Refusal):
        duties.give(gone, kind="HR", by=head)


def test_a_manager_s_link_that_they_had_sent_for_a_colleague_ends_with_the_role(company, head):
    """Its mailbox is nobody's there: it may be their own."""
    asker, mission = join(company, ADMINISTRATOR), make_mission(work=True, company=company)
    asked = Agreement(
        mission=mission, asked="MANAGER", email="elsewhere@example.net", asked_by=asker.user
    )
    assert not asked.has_lost_its_asker
    roles.change(asker, EMPLOYEE, by=head)
    assert asked.has_lost_its_asker


def test_an_employee_s_own_question_to_their_manager_stands(company):
    person = join(company).user
    mission = make_mission(work=True, company=company, person=person)
    asked = Agreement(mission=mission, asked="MANAGER", email="x@example.net", asked_by=person)
    assert not asked.has_lost_its_asker


def test_the_letters_about_an_employee_lead_to_the_list_that_holds_them(company, head):
    now = timezone.now()
    invitations.invite(company, email="nora@example.org", role=EMPLOYEE, by=head, now=now)
    person = make_user(email="nora@example.org")
    joined = invitations.accept(company.invitations.get(), by=person, now=now)
    memberships.leave(joined)
    people = reverse("employees", args=[company.pk])
    letters = Notification.objects.filter(kind__in=["invitation_accepted", "member_left"])
    assert [letter.url for letter in letters] == [people, people]


@pytest.mark.parametrize("role", [EMPLOYEE, REPRESENTATIVE])
def test_no_letter_says_of_an_employee_that_they_speak_or_spoke_for_it(client, company, head, role):
    invitation, secret = invitations.invite(
        company, email="nora@example.org", role=role, by=head, now=timezone.now()
    )
    page = client.get(client.post(reverse("invitation-sign-up", args=[secret]))["Location"]).text
    assert ("Les membres de l’organisation que vous rejoignez voient" in page) is (role != EMPLOYEE)
    assert ("qui y répondent des personnes voient cette adresse" in page) is (role == EMPLOYEE)
    nora = make_user("Nora", "Cissé", email="nora@example.org")
    membership = invitations.accept(invitation, by=nora, now=timezone.now())
    came = Notification.objects.get(kind="invitation_accepted", recipient=head).text
    assert ("parler pour" in came) is (role != EMPLOYEE)
    membership = company.memberships.get(user=nora)
    people.remove(membership, by=head, now=timezone.now())
    gone = Notification.objects.get(kind="member_removed", recipient=nora).text
    assert ("ne parlez plus" in gone) is (role != EMPLOYEE)


def test_a_letter_says_of_an_employee_who_left_that_they_belong_no_more(company, head):
    one = join(company, EMPLOYEE, first_name="Nora", last_name="Cissé")
    people.leave(one, now=timezone.now())
    left = Notification.objects.get(kind="member_left", recipient=head).text
    assert "Nora Cissé ne fait plus partie de l’organisation Verreries du Nord" in left
    assert "ne parle plus" not in left


@pytest.mark.parametrize(
    ("public", "role"), [(True, "agent ou agente"), (False, "salarié ou salariée")]
)
def test_the_page_of_roles_says_agent_where_a_town_has_agents(client, head, public, role):
    make = make_authority if public else make_organisation
    house = make(administrator=head) if public else make("COMPANY", administrator=head)
    join(house, REPRESENTATIVE)
    client.force_login(head)
    for asked in ({}, {"proposer": "1"}):
        main = client.get(url(house), asked).text.split("<main")[1]
        assert role in main.lower()
        assert ({"agent ou agente", "salarié ou salariée"} - {role}).pop() not in main.lower()
