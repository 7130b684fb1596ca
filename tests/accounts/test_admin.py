"""The back room: one way in, history that nobody rewrites."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from accounts.models import Invitation
from tests.factories import make_department, make_pole, make_user


@pytest.fixture
def keeper(as_):
    return as_(make_user(is_staff=True, is_superuser=True))


def test_the_way_in_is_the_sites_own(client):
    asked = client.get("/administration/", follow=True)
    assert asked.request["PATH_INFO"] == reverse("account_login")


def test_who_is_not_staff_does_not_enter(as_, stranger):
    assert as_(stranger).get("/administration/", follow=True).status_code == 403


@pytest.mark.parametrize("model", ["user", "pole", "organisation", "invitation", "commune"])
def test_every_list_opens(keeper, structure, administrator, model):
    Invitation.objects.create(
        organisation=structure,
        email="a@example.org",
        invited_by=administrator,
        expires_at=structure.created_at,
    )
    assert keeper.get(reverse(f"admin:accounts_{model}_changelist")).status_code == 200


def test_history_is_read_and_never_written(keeper, structure, administrator):
    structure.begin(by=administrator)
    page = keeper.get(reverse("admin:accounts_organisation_change", args=[structure.pk]))
    seen = page.content.decode()
    assert "Historique" in seen or "historique" in seen
    assert 'name="steps-0-reason"' not in seen
    assert 'name="status"' not in seen


def test_the_key_of_an_invitation_is_not_shown(keeper, structure, administrator):
    invitation = Invitation.objects.create(
        organisation=structure,
        email="a@example.org",
        token="a" * 64,
        invited_by=administrator,
        expires_at=structure.created_at,
    )
    page = keeper.get(reverse("admin:accounts_invitation_change", args=[invitation.pk]))
    assert page.status_code == 200
    assert invitation.token not in page.content.decode()


def test_a_departement_has_one_pole_here_too(keeper, pole):
    make_department("62")
    sent = {"name": "Rival", "slug": "rival", "departments": ["59"], "email": ""}
    page = keeper.post(reverse("admin:accounts_pole_add"), sent).content.decode()
    assert "couvre déjà" in page
    assert make_pole("Pôle du Sud", ("62",)).pk


@pytest.mark.ignore_template_errors  # Django's own template leaves a variable out
def test_a_person_is_added_and_changed(keeper):
    url = reverse("admin:accounts_user_add")
    assert keeper.get(url).status_code == 200
    person = make_user()
    assert keeper.get(reverse("admin:accounts_user_change", args=[person.pk])).status_code == 200


@pytest.fixture
def helper():
    """Of the site's staff, charged with people's accounts alone."""
    user = make_user(is_staff=True)
    names = ["view_user", "change_user", "delete_user"]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    return user


def test_whoever_helps_with_accounts_gives_themselves_no_rights(as_, helper, stranger):
    for person in (helper, stranger):
        page = reverse("admin:accounts_user_change", args=[person.pk])
        said = {
            "email": person.email, "first_name": "Zoé", "last_name": "Roy", "language": "fr",
            "is_active": "on", "is_staff": "on", "is_superuser": "on",
        }  # fmt: skip
        assert as_(helper).post(page, said).status_code == 302
        person.refresh_from_db()
        assert person.first_name == "Zoé"
        assert (person.is_staff, person.is_superuser) == (person == helper, False)


def test_nor_do_they_touch_the_account_of_who_runs_the_site(as_, helper):
    chief = make_user(is_staff=True, is_superuser=True, email="chef@example.org")
    said = {
        "email": helper.email.replace("@", "2@"),
        "first_name": "A",
        "last_name": "B",
        "language": "fr",
    }
    new = {
        "usable_password": "true",
        "password1": "une-phrase-de-passe",
        "password2": "une-phrase-de-passe",
    }
    for name, form in (
        ("admin:accounts_user_change", said),
        ("admin:auth_user_password_change", new),
        ("admin:accounts_user_delete", {"post": "yes"}),
    ):
        door = reverse(name, args=[chief.pk])
        assert as_(helper).post(door, form).status_code == 403, name
    chief.refresh_from_db()
    assert chief.email == "chef@example.org"
    assert not chief.check_password("une-phrase-de-passe")
