"""`manage.py createadmin`: somebody runs the site, comes in by a link that opens once, and no password is typed in a shell."""

import re
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from notifications.models import Notification
from tests.factories import make_user

CHOSEN = "une-phrase-assez-longue-7"

pytestmark = pytest.mark.django_db


def create(email="root@example.org", **options):
    said = StringIO()
    call_command("createadmin", email, stdout=said, **options)
    return said.getvalue()


def link_in(said: str) -> str:
    return re.search(r"http://testserver(/\S+)", said)[1]


def choose(link, password=CHOSEN, client=None):
    said = {"first_name": "Lou", "last_name": "Roy", "password1": password, "password2": password}
    return (client or Client()).post(link, said)


def log_in(email="root@example.org"):
    client = Client()
    client.post(reverse("account_login"), {"login": email, "password": CHOSEN})
    return client


def test_they_choose_a_password_by_the_link_and_then_run_the_site(settings):
    settings.SECOND_FACTOR_REQUIRED = False
    said = create()
    assert "runs the site" in said
    assert not Notification.objects.exists(), "nothing is sent unless one says so"
    user = User.objects.get()
    assert (user.is_superuser, user.is_staff, user.has_usable_password()) == (True, True, False)
    page = Client().get(link_in(said))
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert choose(link_in(said)).url == reverse("account_login")
    assert log_in().get(reverse("letters-held")).status_code == 200


def test_a_second_factor_is_asked_at_once_where_the_house_has_it(settings):
    settings.SECOND_FACTOR_REQUIRED = True
    choose(link_in(create()))
    answer = log_in().get(reverse("letters-held"), follow=True)
    assert answer.resolver_match.view_name.startswith("mfa_")


def test_the_link_opens_once():
    link = link_in(create())
    choose(link)
    assert Client().get(link).status_code == 404
    assert choose(link, "une-autre-phrase-longue-8").status_code == 404
    assert User.objects.get().check_password(CHOSEN)


def test_the_link_opens_for_an_hour():
    link = link_in(create())
    with time_machine.travel(timezone.now() + timedelta(minutes=59)):
        assert Client().get(link).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert Client().get(link).status_code == 404
        assert choose(link).status_code == 404
    assert not User.objects.get().has_usable_password()


def test_a_link_that_is_cut_or_forged_opens_nothing():
    link = link_in(create())
    for path in (link[:-2] + "/", reverse("admin-link", args=["x"]), "/compte/administrer/"):
        assert Client().get(path).status_code == 404
        assert choose(path).status_code == 404


def test_who_runs_the_site_no_more_isnt_let_in():
    link = link_in(create())
    User.objects.update(is_superuser=False)
    assert choose(link).status_code == 404
    User.objects.update(is_superuser=True, is_active=False)
    assert choose(link).status_code == 404


def test_a_weak_password_is_refused_beside_the_field():
    link = link_in(create())
    page = choose(link, "1234")
    assert page.status_code == 200
    assert page.context["form"].errors
    assert choose(link).status_code == 302, "the link still opens"


def test_who_has_an_account_keeps_their_password_and_needs_no_link():
    aline = make_user(email="aline@example.org")
    EmailAddress.objects.update_or_create(
        user=aline, email=aline.email, defaults={"verified": True, "primary": True}
    )
    aline.set_password(CHOSEN)
    aline.save()
    before = User.objects.get().password
    said = create("Aline@example.org")
    assert "http" not in said
    assert (User.objects.get().is_superuser, User.objects.get().password) == (True, before)
    assert "http" in create("aline@example.org", link=True)


def test_what_somebody_chose_for_an_address_that_they_never_showed_to_be_theirs_opens_nothing():
    """They had signed up with the address of whoever was to run the site."""
    eve = make_user(email="root@example.org")
    EmailAddress.objects.filter(user=eve).delete()
    EmailAddress.objects.create(user=eve, email=eve.email, verified=False, primary=True)
    eve.set_password(CHOSEN)
    eve.save()
    session = Client()
    session.force_login(eve)
    said = create()
    assert "http" in said
    assert not User.objects.get().has_usable_password()
    assert session.get(reverse("letters-held")).status_code == 302, "their session is over"
    assert log_in().get(reverse("letters-held")).status_code == 302


def test_an_account_that_is_closed_or_another_persons_second_address_is_refused_with_a_sentence():
    User.objects.filter(pk=make_user(email="root@example.org").pk).update(is_active=False)
    with pytest.raises(CommandError, match="fermé"):
        create()
    other = make_user()
    EmailAddress.objects.create(user=other, email="second@example.org", verified=True)
    with pytest.raises(CommandError, match="seconde adresse"):
        create("second@example.org")
    with pytest.raises(CommandError, match="isn't an e-mail address"):
        create("root")
    assert not User.objects.filter(is_superuser=True).exists()


def test_the_link_is_sent_only_when_one_says_so_and_then_not_printed():
    said = create(send=True)
    assert "http" not in said
    letter = Notification.objects.get(kind="admin_link")
    assert letter.secret
    link = re.search(r"http://testserver(/compte/administrer/\S+)", letter.text)[1]
    assert choose(link).status_code == 302


def test_no_password_can_be_given_in_the_shell():
    with pytest.raises(CommandError, match="unrecognized arguments"):
        call_command("createadmin", "root@example.org", "--password", CHOSEN)


def test_their_page_says_who_it_is_and_asks_how_they_are_called():
    link = link_in(create())
    page = Client().get(link)
    assert "root@example.org" in page.text
    assert not page.context["form"].initial, "what stands for a name is none"
    said = {"password1": CHOSEN, "password2": CHOSEN, "first_name": "Lou", "last_name": ""}
    assert Client().post(link, said).context["form"].errors.keys() == {"last_name"}
    assert User.objects.get().get_full_name() == "Administration du site"
    assert Client().post(link, said | {"last_name": "Roy"}).status_code == 302
    assert User.objects.get().get_full_name() == "Lou Roy"


def test_a_name_that_was_given_stands_there_already_and_makes_no_password():
    link = link_in(create(first_name="Ludivine", last_name="Roy-Delacourt"))
    assert Client().get(link).context["form"].initial["last_name"] == "Roy-Delacourt"
    said = {"first_name": "Ludivine", "last_name": "Roy-Delacourt"}
    password = dict.fromkeys(("password1", "password2"), "roy-delacourt")
    assert Client().post(link, said | password).context["form"].errors.keys() == {"password1"}
