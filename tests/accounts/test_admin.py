"""The back room: one way in, history that nobody rewrites."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from accounts.models import Invitation, Membership, Organisation, User
from notifications.models import Notification
from tests.factories import (
    make_coordinator,
    make_department,
    make_organisation,
    make_pole,
    make_user,
    verify,
)


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


def test_the_second_factor_has_a_french_name_here(keeper):
    page = keeper.get("/administration/").content.decode()
    assert "Double authentification" in page
    assert "Seconds facteurs" in page
    assert "MFA" not in page
    assert "Authenticator" not in page.replace("/authenticator", "")


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


def test_a_pole_keeps_its_own_departements_as_it_is_changed(keeper, pole):
    """It is no rival of itself."""
    make_department("62")
    departments = [*pole.departments.values_list("code", flat=True), "62"]
    sent = {"name": "Autre nom", "slug": pole.slug, "departments": departments, "email": ""}
    change = reverse("admin:accounts_pole_change", args=[pole.pk])
    assert keeper.post(change, sent).status_code == 302
    pole.refresh_from_db()
    assert pole.name == "Autre nom"
    assert {one.code for one in pole.departments.all()} == set(departments)


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


def of_staff(*names):
    """With these rights and no other."""
    user = verify(make_user(is_staff=True))
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    return user


def sent_by(page, **changed):
    """What the page of an organisation would send, with what is changed."""
    form = page.context["adminform"].form
    said = {name: form.initial.get(name) or "" for name in form.fields}
    counts = {
        f"{name}-{what}_FORMS": 0
        for name in ("memberships", "steps")
        for what in ("TOTAL", "INITIAL")
    }
    return said | counts | changed


def test_staff_make_no_coordinator_of_themselves(as_, pole):
    staff = of_staff("view_organisation", "change_organisation", "add_membership", "view_user")
    mine = make_organisation(Organisation.Kind.COMPANY, member=staff, pole=pole)
    operator = make_organisation(Organisation.Kind.OPERATOR, pole=pole)
    joins = {"memberships-TOTAL_FORMS": 1, "memberships-0-user": staff.pk, "memberships-0-role": "MEMBER",
             "memberships-0-created_at_0": "2026-01-01", "memberships-0-created_at_1": "10:00"}  # fmt: skip
    for one, changed in ((mine, {"kind": "OPERATOR"}), (operator, joins)):
        door = reverse("admin:accounts_organisation_change", args=[one.pk])
        page = as_(staff).get(door)
        said = sent_by(page, **changed | {"name": "Autre nom"})
        assert as_(staff).post(door, said).status_code == 302
        one.refresh_from_db()
        assert one.name == "Autre nom"
    assert mine.kind == Organisation.Kind.COMPANY
    assert not Membership.objects.filter(organisation=operator).exists()


def test_nor_take_over_the_account_of_staff_who_may_do_more(as_):
    staff = of_staff("view_user", "change_user", "view_authenticator", "delete_authenticator")
    more = of_staff("view_user", "change_user", "change_pole")
    new = {"usable_password": "true", "password1": "une-phrase-de-passe", "password2": "une-phrase-de-passe"}  # fmt: skip
    door = reverse("admin:auth_user_password_change", args=[more.pk])
    assert as_(staff).post(door, new).status_code == 403
    chief = make_user(is_staff=True, is_superuser=True)
    for whose in (more, chief):
        factor = Authenticator.objects.create(user=whose, type="totp", data={"secret": "A"})
        door = reverse("admin:mfa_authenticator_delete", args=[factor.pk])
        assert as_(staff).post(door, {"post": "yes"}).status_code == 403
    theirs = Authenticator.objects.create(user=make_user(), type="totp", data={"secret": "A"})
    door = reverse("admin:mfa_authenticator_delete", args=[theirs.pk])
    assert as_(staff).post(door, {"post": "yes"}).status_code == 302


def test_nor_take_over_the_account_of_a_coordinator(as_, pole):
    """Who makes coordinators is who runs the site, and nobody types a password for somebody else."""
    staff = of_staff("view_user", "change_user", "delete_user", "delete_authenticator")
    coordinator = make_coordinator(pole)
    new = {"usable_password": "true", "password1": "une-phrase-de-passe", "password2": "une-phrase-de-passe"}  # fmt: skip
    door = reverse("admin:auth_user_password_change", args=[coordinator.pk])
    assert as_(staff).post(door, new).status_code == 403
    factor = Authenticator.objects.create(user=coordinator, type="totp", data={"secret": "A"})
    door = reverse("admin:mfa_authenticator_delete", args=[factor.pk])
    assert as_(staff).post(door, {"post": "yes"}).status_code == 403
    chief = make_user(is_staff=True, is_superuser=True)
    door = reverse("admin:auth_user_password_change", args=[coordinator.pk])
    assert as_(chief).get(door).status_code == 403, "whoever knows it is them"
    assert as_(chief).post(door, new).status_code == 403
    coordinator.refresh_from_db()
    assert not coordinator.check_password("une-phrase-de-passe")
    page = as_(chief).get(reverse("admin:accounts_user_change", args=[coordinator.pk]))
    assert "/password/" not in page.text, "and no link leads there"


def test_nor_open_an_account_from_an_address_of_theirs(as_):
    """Allauth sends the link of a new password to any address that is said to be shown."""
    staff = of_staff("view_emailaddress", "add_emailaddress", "change_emailaddress")
    chief = verify(make_user(is_staff=True, is_superuser=True))
    said = {"user": chief.pk, "email": "moi@example.org", "verified": "on"}
    assert as_(staff).post(reverse("admin:account_emailaddress_add"), said).status_code == 403
    claimed = EmailAddress.objects.create(user=staff, email="autrui@example.org")
    door = reverse("admin:account_emailaddress_changelist")
    assert claimed.email in as_(staff).get(door).text
    as_(staff).post(door, {"action": "make_verified", "_selected_action": [claimed.pk]})
    claimed.refresh_from_db()
    assert not claimed.verified


def test_nor_give_their_own_group_more_rights(as_):
    staff = of_staff("view_group", "change_group")
    group = Group.objects.create(name="aides")
    staff.groups.add(group)
    right = Permission.objects.get(codename="change_pole")
    door = reverse("admin:auth_group_change", args=[group.pk])
    said = {"name": "aides", "permissions": [right.pk]}
    assert as_(staff).post(door, said).status_code == 403
    chief = make_user(is_staff=True, is_superuser=True)
    assert as_(chief).post(door, said).status_code == 302


@pytest.mark.parametrize(
    ("model", "asked"),
    [
        ("mfa_authenticator", "data__secret__startswith=JB"),
        ("notifications_notification", "text__contains=mot"),
        ("notifications_notification", "url__startswith=/suivi/a"),
    ],
)
def test_what_is_not_shown_is_not_guessed_in_the_address(as_, model, asked):
    staff, person = of_staff("view_authenticator", "view_notification"), make_user()
    Authenticator.objects.create(user=person, type="totp", data={"secret": "JBSWY3DP"})
    Notification.objects.create(
        recipient=person, address=person.email, kind="message_waiting", key="k", subject="S", text="mot",
        html="", url="/suivi/abc",
    )  # fmt: skip
    door = reverse(f"admin:{model}_changelist")
    assert as_(staff).get(door).status_code == 200
    assert as_(staff).get(f"{door}?{asked}").status_code == 400


@pytest.mark.both  # PostgreSQL refuses what SQLite takes
@pytest.mark.parametrize(
    "asked",
    [
        "accounts/commune/?name__exact=%00",
        "accounts/commune/?insee__in=%00,a",
        "accounts/organisation/?created_at__year=99999",
        "accounts/user/?id__in=%00",
        "accounts/user/?date_joined__year=0",
        "notifications/notification/?created_at__year=99999",
        "autocomplete/?app_label=zz&model_name=zz&field_name=zz",
        "autocomplete/",
        "r/1/%00/",
    ],
)
@pytest.mark.ignore_template_errors
def test_an_address_of_nonsense_is_no_error_500(keeper, asked):
    keeper.raise_request_exception = False
    assert keeper.get(f"/administration/{asked}").status_code < 500


# --- a page that was opened a while ago -----------------------------------------------------
def as_shown(page) -> dict:
    """What the browser would send of this form, were it sent at once."""
    form = page.context["adminform"].form
    said = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    for shown in form:
        for name in (shown.html_name, shown.html_initial_name):
            if f'name="{name}"' in page.text and (value := shown.initial) not in (None, False, []):
                rows = value if isinstance(value, list) else [value]
                said[name] = (
                    [getattr(row, "pk", row) for row in rows] if value is not True else "on"
                )
    return said


@pytest.mark.ignore_template_errors  # Django’s own template leaves a variable out
def test_a_page_opened_before_gives_nothing_back_that_was_taken_meanwhile(keeper):
    """Another keeper takes the rights away, the person changes their address: sent after that, the first page
    writes what its reader has changed there, and nothing else."""
    group = Group.objects.create(name="Aide")
    person = make_user(
        is_staff=True, is_superuser=True, email="lou@example.org", phone="0320000000"
    )
    person.groups.add(group)
    door = reverse("admin:accounts_user_change", args=[person.pk])
    page = keeper.get(door)
    assert person.password not in page.text
    said = as_shown(page)
    assert said["groups"] == [group.pk]
    person.groups.clear()
    User.objects.filter(pk=person.pk).update(
        is_active=False, is_staff=False, is_superuser=False, email="lou.neuf@example.org", phone=""
    )
    assert keeper.post(door, said | {"trade": "comptable"}).status_code == 302
    person = User.objects.get(pk=person.pk)
    assert person.trade == "comptable"
    assert (person.is_active, person.is_staff, person.is_superuser) == (False, False, False)
    assert (person.email, person.phone) == ("lou.neuf@example.org", "")
    assert not person.groups.exists()
    assert not Notification.objects.filter(kind="address_set").exists()


@pytest.mark.ignore_template_errors
def test_what_is_changed_on_the_page_is_written(keeper):
    group = Group.objects.create(name="Aide")
    person = make_user(is_staff=True, phone="0320000000")
    door = reverse("admin:accounts_user_change", args=[person.pk])
    said = as_shown(keeper.get(door))
    del said["is_staff"]
    del said["is_active"]
    assert keeper.post(door, said | {"phone": "", "groups": [group.pk]}).status_code == 302
    person = User.objects.get(pk=person.pk)
    assert (person.is_active, person.is_staff, person.phone) == (False, False, "")
    assert list(person.groups.all()) == [group]
