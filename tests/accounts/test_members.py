"""Who speaks for an organisation: roles, removal, departure, and the last administrator."""

import pytest
from django.urls import reverse

from accounts.actions import memberships, people
from accounts.actions.refusals import Refusal
from accounts.models import Membership, User
from notifications.models import Notification
from tests.factories import make_coordinator, make_offer, make_pole, make_user


@pytest.fixture
def boss(structure, administrator):
    return structure.memberships.get(user=administrator)


@pytest.fixture
def colleague(structure, member):
    return structure.memberships.get(user=member)


def role(membership):
    return reverse("membership-role", args=[membership.pk])


def remove(membership):
    return reverse("membership-remove", args=[membership.pk])


def leave(membership):
    return reverse("membership-leave", args=[membership.pk])


def page(structure):
    return reverse("members", args=[structure.pk])


def test_its_people_and_its_coordinators_see_who_is_there(as_, structure, member, coordinator):
    for person in (member, coordinator):
        seen = as_(person).get(page(structure)).content.decode()
        assert "Paul Lefèvre" in seen
        assert "Inviter une ou un collègue" not in seen


def test_others_do_not(as_, structure, stranger):
    assert as_(stranger).get(page(structure)).status_code == 403
    assert as_(None).get(page(structure)).status_code == 302
    other = make_coordinator(make_pole("Pôle du Sud", ("62",)))
    assert as_(other).get(page(structure)).status_code == 403


def test_an_administrator_shares_the_role(as_, structure, administrator, member, colleague):
    as_(administrator).post(role(colleague), {"role": "ADMINISTRATOR"})
    assert member.administers(structure)
    letter = Notification.objects.get(recipient=member)
    assert "confié l’administration" in letter.text


def test_the_same_role_twice_tells_once(as_, administrator, member, colleague):
    browser = as_(administrator)
    for _click in range(2):
        browser.post(role(colleague), {"role": "ADMINISTRATOR"})
    assert Notification.objects.filter(recipient=member).count() == 1


def test_the_last_administrator_stays_one(as_, structure, administrator, boss):
    answer = as_(administrator).post(role(boss), {"role": "MEMBER"}, follow=True)
    assert "doit garder une personne qui l’administre" in answer.content.decode()
    assert administrator.administers(structure)


def test_an_unknown_role_changes_nothing(as_, structure, administrator, member, colleague):
    as_(administrator).post(role(colleague), {"role": "EMPEROR"})
    assert structure.memberships.get(user=member).role == "MEMBER"


def test_an_administrator_shows_someone_out_after_a_question(
    as_, structure, administrator, member, colleague
):
    browser = as_(administrator)
    assert "retirer Amina Haddad" in browser.get(remove(colleague)).content.decode()
    assert member.speaks_for(structure), "asking changes nothing"
    browser.post(remove(colleague))
    assert not member.speaks_for(structure)
    assert "a mis fin à votre rôle" in Notification.objects.get(recipient=member).text


def test_removing_twice_finds_nobody(as_, administrator, colleague):
    browser = as_(administrator)
    browser.post(remove(colleague))
    assert browser.post(remove(colleague)).status_code == 404


def test_too_late_is_a_sentence(administrator, colleague):
    stale = Membership.objects.get(pk=colleague.pk)
    colleague.delete()
    with pytest.raises(Refusal, match="déjà quitté"):
        memberships.remove(stale, by=administrator)


def test_two_administrators_who_show_each_other_out_at_once_are_not_both_gone(
    structure, administrator, member, boss, colleague
):
    """Both pages were open: whoever comes second has no right to it any more."""
    memberships.change_role(colleague, "ADMINISTRATOR", by=administrator)
    memberships.remove(colleague, by=administrator)
    for act in (
        lambda: memberships.remove(boss, by=member),
        lambda: memberships.change_role(boss, "MEMBER", by=member),
    ):
        with pytest.raises(Refusal, match="n’administrez plus"):
            act()
    assert administrator.administers(structure)


def test_a_member_leaves_and_the_administrators_know(
    as_, structure, administrator, member, colleague
):
    browser = as_(member)
    assert "Quitter Les Ateliers du Fil" in browser.get(leave(colleague)).content.decode()
    browser.post(leave(colleague))
    assert not member.speaks_for(structure)
    assert "a quitté" in Notification.objects.get(recipient=administrator).subject


def test_the_last_administrator_does_not_leave(as_, structure, administrator, boss):
    answer = as_(administrator).post(leave(boss), follow=True)
    assert "doit garder une personne qui l’administre" in answer.content.decode()
    assert administrator.administers(structure)


def test_one_of_two_administrators_leaves(as_, structure, administrator, member, boss, colleague):
    as_(administrator).post(role(colleague), {"role": "ADMINISTRATOR"})
    as_(administrator).post(leave(boss))
    assert not administrator.speaks_for(structure)
    assert member.administers(structure)


def test_who_leaves_a_company_no_longer_stands_behind_its_offers(as_, structure, member, colleague):
    offer = make_offer(member, organisation=structure)
    as_(member).post(leave(colleague))
    offer.refresh_from_db()
    assert offer.status == "PAUSED"


@pytest.mark.parametrize(
    ("who", "status"), [("member", 403), ("coordinator", 403), ("stranger", 404), (None, 302)]
)
def test_only_administrators_change_roles_and_remove(
    as_, request, structure, colleague, boss, who, status
):
    browser = as_(who and request.getfixturevalue(who))
    assert browser.post(role(boss), {"role": "MEMBER"}).status_code == status
    assert browser.post(remove(boss)).status_code == status
    assert browser.get(remove(boss)).status_code == status
    assert structure.memberships.count() == 2


def test_nobody_leaves_in_the_name_of_another(as_, structure, administrator, colleague, stranger):
    assert as_(administrator).post(leave(colleague)).status_code == 403
    assert as_(stranger).post(leave(colleague)).status_code == 404
    assert structure.memberships.count() == 2


def test_opening_the_page_of_a_role_changes_nothing(as_, administrator, colleague):
    page = as_(administrator).get(f"{role(colleague)}?role=ADMINISTRATOR")
    assert page.context["form"]["role"].value() == "MEMBER"
    colleague.refresh_from_db()
    assert colleague.role == "MEMBER"


def test_the_page_costs_the_same_with_many_people(
    as_, structure, administrator, django_assert_max_num_queries
):
    for _one in range(25):
        Membership.objects.create(organisation=structure, user=make_user())
    browser = as_(administrator)
    browser.get(page(structure))
    with django_assert_max_num_queries(14):
        browser.get(page(structure))


def test_a_name_is_written_as_it_is(as_, structure, administrator, colleague):
    """« Retirer Paul de Octet & Fils », « de Le Panier du Nord »: what goes before a name depends on it."""
    structure.name = "Octet & Fils"
    structure.save(update_fields=["name"])
    seen = as_(administrator).get(remove(colleague)).text
    assert "Octet &amp; Fils : retirer Amina Haddad ?" in seen
    assert "de Octet" not in seen


def test_who_administers_alone_is_offered_nothing_that_would_be_refused(
    as_, structure, administrator, colleague, boss
):
    """« En faire un membre » and « Quitter » were there for the last administrator, and refused when pressed."""
    seen = as_(administrator).get(page(structure)).text
    assert role(boss) not in seen
    assert leave(boss) not in seen
    assert "nommez d’abord une autre personne" in seen
    assert role(colleague) in seen
    Membership.objects.filter(pk=colleague.pk).update(role=Membership.Role.ADMINISTRATOR)
    seen = as_(administrator).get(page(structure)).text
    assert role(boss) in seen
    assert leave(boss) in seen


def test_an_administrator_whose_account_is_not_active_any_more_is_nobody_s_heir(
    as_, structure, administrator, colleague, boss
):
    """The last who can log in would have left it to nobody."""
    Membership.objects.filter(pk=colleague.pk).update(role=Membership.Role.ADMINISTRATOR)
    User.objects.filter(pk=colleague.user_id).update(is_active=False)
    assert leave(boss) not in as_(administrator).get(page(structure)).text
    with pytest.raises(Refusal):
        memberships.leave(boss)
    assert people.left_alone_by(administrator) == [structure]
    Membership.objects.create(organisation=structure, user=make_user())
    assert people.left_alone_by(administrator) == []
    assert people.waiting_for_an_heir(administrator) == [structure]
