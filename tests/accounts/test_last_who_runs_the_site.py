"""Somebody runs the site as long as it stands: whoever is the last can't go, by whatever way."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import administrators
from accounts.actions.refusals import Refusal
from accounts.models import User
from marketplace.actions.market import inactivity, people
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def keeper(**fields):
    return make_user(is_staff=True, is_superuser=True, **fields)


def rights(client, person, **without):
    """The person's page in the administration, sent with what it shows but for these."""
    url = reverse("admin:accounts_user_change", args=[person.pk])
    form = client.get(url).context["adminform"].form
    shown = {f"initial-{name}": form[name].value() for name in form.fields if name != "password"}
    kept = {name: form[name].value() for name in form.fields if name not in {"password", "groups"}}
    rows = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    said = {name: value for name, value in (shown | kept | without | rows).items() if value}
    return client.post(url, said | {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0})


@pytest.mark.parametrize("right", ["is_active", "is_staff", "is_superuser"])
def test_the_last_gives_up_no_right_and_reads_why_beside_it(as_, right):
    last = keeper()
    make_user(is_superuser=True, is_staff=True, is_active=False)  # who can't come in runs nothing
    answer = rights(as_(last), last, **{right: ""})
    assert answer.status_code == 200
    (said,) = answer.context["adminform"].form.errors[right]
    assert "createadmin" in said
    assert getattr(User.objects.get(pk=last.pk), right)


def test_one_of_two_may_and_then_the_other_may_not(as_):
    one, other = keeper(), keeper()
    assert rights(as_(one), other, is_superuser="").status_code == 302
    assert not User.objects.get(pk=other.pk).is_superuser
    assert rights(as_(one), one, is_superuser="").status_code == 200
    assert administrators.is_the_last(User.objects.get(pk=one.pk))


def test_the_last_closes_no_account_and_the_page_says_so(as_):
    last = keeper()
    page = as_(last).get(reverse("account-close"))
    assert page.context["is_free"] is False
    assert "createadmin" in page.text
    with pytest.raises(Refusal, match="createadmin"):
        people.close_account(last, now=timezone.now())
    assert User.objects.get(pk=last.pk).is_active
    keeper()
    people.close_account(last, now=timezone.now())
    assert not User.objects.get(pk=last.pk).is_active


def test_nor_are_they_deleted_in_the_administration(as_):
    last = keeper()
    url = reverse("admin:accounts_user_delete", args=[last.pk])
    assert as_(last).post(url, {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [last.pk], "post": "yes"}
    as_(last).post(reverse("admin:accounts_user_changelist"), chosen)
    assert User.objects.filter(pk=last.pk).exists()


def test_the_clock_closes_no_last_one_for_their_silence():
    last = keeper()
    today = timezone.localdate() + timedelta(days=1000)
    assert inactivity.is_held(last, today)
    keeper()
    assert not inactivity.is_held(last, today)
    assert not administrators.is_the_last(make_user()), "who never ran it is no last one"
