"""A visitor who wants a seat has no account yet: what they came for is found again, in whatever browser."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Coming
from marketplace.actions.gatherings import gatherings
from tests.factories import make_user
from tests.marketplace.gatherings.people import host_of, make_gathering
from tests.marketplace.market.test_helping import SIGN_UP, confirmation_address, verify

pytestmark = pytest.mark.django_db


def come(client, gathering, **way):
    return client.post(reverse("gathering-come", args=[gathering.pk]), way)


def signed_up(client, gathering):
    client.post(come(client, gathering, new="yes").url, SIGN_UP)
    client.cookies.clear()  # another browser
    return verify(Coming.objects.get().user)


def logged_in(client, user):
    said = {"login": user.email, "password": SIGN_UP["password1"]}
    return client.post(reverse("account_login"), said, follow=True)


def test_the_seat_is_found_again_in_another_browser_and_taken_by_one_click(client):
    gathering = make_gathering()
    assert "comes_for" not in client.get(come(client, gathering, new="yes").url).context["form"].fields  # fmt: skip
    user = signed_up(client, gathering)
    arrived = logged_in(client, user)
    assert arrived.redirect_chain[-1][0] == gathering.get_absolute_url()
    assert not gathering.attendances.exists(), "nothing is taken before their click"
    assert gathering.title in client.get(reverse("how-it-works")).content.decode()
    client.post(reverse("gathering-attend", args=[gathering.pk]), {"name": "moi"})
    assert gathering.attendances.get().person == user
    assert not Coming.objects.exists()


def test_the_letter_s_page_says_what_for(client):
    gathering = make_gathering()
    client.post(come(client, gathering, new="yes").url, SIGN_UP)
    client.cookies.clear()
    assert gathering.title in client.get(confirmation_address()).content.decode()


def test_what_was_called_off_meanwhile_is_kept_no_longer(client):
    gathering = make_gathering()
    user = signed_up(client, gathering)
    gatherings.cancel(gathering, word="", by=host_of(gathering), now=timezone.now())
    logged_in(client, user)
    page = client.get(reverse("how-it-works")).content.decode()
    assert gathering.title not in page
    assert client.get(gathering.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("which", ["of a pôle", "draft", "none"])
def test_of_what_a_visitor_may_not_read_nothing_is_kept_nor_told(client, which):
    gathering = make_gathering(
        audience="POLE" if which == "of a pôle" else "ALL",
        status="DRAFT" if which == "draft" else "PUBLISHED",
    )
    number = 999999 if which == "none" else gathering.pk
    answer = client.post(reverse("gathering-come", args=[number]))
    way_on = reverse("gathering-page", args=[number])
    assert (answer.status_code, answer.url) == (
        302,
        f"{reverse('account_login')}?next={way_on.replace('/', '%2F')}",
    )
    assert "coming" not in client.session


def test_whoever_has_an_account_is_led_to_the_page(client):
    gathering = make_gathering()
    client.force_login(make_user())
    assert come(client, gathering).url == gathering.get_absolute_url()
    assert not Coming.objects.exists()


def test_an_offer_that_they_write_meanwhile_leaves_it_kept(client):
    gathering = make_gathering()
    user = signed_up(client, gathering)
    logged_in(client, user)
    assert client.get(reverse("offer-new")).status_code == 200
    assert Coming.objects.get().kind == Coming.Kind.ATTEND
