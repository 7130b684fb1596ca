"""What a session opens: one's own password all of it, an organisation's sign-in its working time alone, for a day."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts import opening
from accounts.models import Membership, User
from accounts.scope import Scope
from marketplace.actions.market import people
from marketplace.models import Time
from notifications.models import Notification
from tests.accounts.at_work_people import (
    DOMAIN,
    at_work,
    by_sign_in,
    lea,
    link,
    own_offer,
    sign_in,
)
from tests.factories import make_offer, make_organisation, make_user, verify

pytestmark = pytest.mark.django_db
__all__ = ["sign_in", "lea", "at_work", "own_offer"]
OWN_TIME, HOME = "/votre-temps/", "/"
NOTICE = "Vous passez par la connexion propre à"


@pytest.mark.parametrize("role", Membership.Role.values)
def test_what_they_offer_at_home_as_one_of_the_house_stays_shut_too(
    at_work, lea, head, own_offer, role
):
    Membership.objects.filter(user=lea).update(role=role)
    own_offer.organisation = head
    own_offer.save()
    assert own_offer.title not in at_work.get(reverse("offers")).text
    assert at_work.get(own_offer.get_absolute_url()).status_code == 404


@pytest.fixture
def work_offer(lea, head, pole):
    return make_offer(
        organisation=head, person=lea, pole=pole, title="Contrôle de gestion", time=Time.WORK
    )


def leads_to_ones_own(answer):
    return answer.status_code == 302 and answer["Location"].startswith(OWN_TIME)


def test_by_the_sign_in_working_time_is_shown_and_nothing_else(at_work, own_offer, work_offer):
    seen = at_work.get(reverse("offers")).text
    assert work_offer.title in seen
    assert own_offer.title not in seen
    assert at_work.get(own_offer.get_absolute_url()).status_code == 404
    assert at_work.get(work_offer.get_absolute_url()).status_code == 200
    assert NOTICE in at_work.get(HOME).text


def test_by_ones_own_password_both_are(as_, lea, own_offer, work_offer):
    seen = as_(lea).get(reverse("offers")).text
    assert own_offer.title in seen
    assert work_offer.title in seen


@pytest.mark.parametrize(
    "page", ["profile", "experience", "consents", "letters", "letter-habits", "account_email", "mfa_index", "desk"]
)  # fmt: skip
def test_what_is_ones_own_leads_to_the_page_that_says_how_it_opens(at_work, page):
    answer = at_work.get(reverse(page))
    assert leads_to_ones_own(answer)
    assert reverse(page).strip("/") in answer["Location"].replace("%2F", "/")


def test_a_page_that_nobody_has_named_stays_shut_at_work(at_work):
    from config import at_work as table

    assert not table.opens(_request(at_work), "a-page-to-come")


def _request(browser):
    return browser.get(HOME).wsgi_request


def test_a_part_of_a_page_is_not_replaced_by_another_page(at_work):
    answer = at_work.get(reverse("letters-count"), headers={"HX-Request": "true"})
    assert answer.status_code == 204


def test_another_organisation_of_theirs_stays_shut(at_work, lea, pole):
    there = make_organisation(name="Le Jardin des Rames", pole=pole, administrator=lea)
    assert there.name not in at_work.get(HOME).text
    assert there.name not in at_work.get(reverse("organisations")).text
    assert at_work.get(reverse("members", args=[there.pk])).status_code in {403, 404}


def test_nobody_offers_their_own_time_from_there(at_work, lea, head):
    page = at_work.get(reverse("offer-new")).text
    assert 'value="OWN"' not in page


def test_a_day_at_work_later_the_provider_is_asked_again(lea, sign_in):
    browser = by_sign_in(lea, sign_in, since=opening.LASTS + timedelta(minutes=1))
    answer = browser.get(reverse("offers"), follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("account_login"))
    assert "est terminée ici" in answer.text
    assert "_auth_user_id" not in browser.session


@pytest.mark.parametrize("how", ["ended", "shut", "domain lost", "suspended", "left", "closed"])
def test_a_session_ends_with_what_opened_it(at_work, lea, head, sign_in, how):
    now = timezone.now()
    if how == "ended":
        sign_in.ended_at = now
        sign_in.save()
    elif how == "shut":
        sign_in.opened_at = None
        sign_in.save()
    elif how == "domain lost":
        head.mail_domains.update(agreed_until=now)
    elif how == "suspended":
        type(head).objects.filter(pk=head.pk).update(status="SUSPENDED")
    elif how == "left":
        Membership.objects.filter(user=lea).delete()
    else:
        User.objects.filter(pk=lea.pk).update(is_active=False)
    answer = at_work.get(reverse("offers"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_where_it_is_required_a_password_shows_ones_own_time_alone(
    as_, lea, head, sign_in, own_offer, work_offer
):
    sign_in.required_at = timezone.now()
    sign_in.save()
    browser = as_(lea)
    seen = browser.get(reverse("offers")).text
    assert own_offer.title in seen
    assert work_offer.title not in seen
    assert browser.get(work_offer.get_absolute_url()).status_code == 404
    assert f"{head.name} demande sa propre connexion" in browser.get(HOME).text


def test_a_requirement_lapses_with_the_domain_that_backs_it(as_, lea, head, sign_in, work_offer):
    """Nobody is locked out by a record that has gone."""
    sign_in.required_at = timezone.now()
    sign_in.save()
    head.mail_domains.update(agreed_until=timezone.now())
    assert work_offer.title in as_(lea).get(reverse("offers")).text


def test_the_password_again_opens_ones_own_beside_working_time(at_work, lea, own_offer, work_offer):
    lea.set_password("une-phrase-de-passe")
    lea.save()
    again = by_sign_in(lea, opening.SignIn.objects.get())
    where = reverse("account_reauthenticate") + "?next=" + OWN_TIME
    answer = again.post(where, {"password": "une-phrase-de-passe"}, follow=True)
    assert answer.status_code == 200
    seen = again.get(reverse("offers")).text
    assert own_offer.title in seen
    assert work_offer.title in seen


def test_a_wrong_password_opens_nothing(lea, sign_in, own_offer):
    browser = by_sign_in(lea, sign_in)
    browser.post(reverse("account_reauthenticate"), {"password": "autre-chose"})
    assert own_offer.title not in browser.get(reverse("offers")).text


def test_what_keeps_somebody_from_something_does_not_depend_on_the_session(lea, head):
    """A boss by password, where the sign-in is required, is a boss still."""
    lea.scope = Scope(shut=frozenset({head.pk}))
    assert lea.belongs_to(head)
    assert not lea.works_for(head)


# --- an address of one's own -----------------------------------------------------------------
def test_at_an_address_of_the_house_ones_own_stays_shut_until_another_is_given(
    as_, lea, own_offer, work_offer
):
    """Whoever keeps that mailbox could have the password made anew."""
    move_to(lea, f"lea.roux@{DOMAIN}")
    browser = as_(lea)
    seen = browser.get(reverse("offers")).text
    assert work_offer.title in seen
    assert own_offer.title not in seen
    assert leads_to_ones_own(browser.get(reverse("experience")))
    assert "Donner une adresse à moi" in seen
    assert browser.get(reverse("account_email")).status_code in {200, 302}


def move_to(person, email):
    person.email = email
    person.save()
    person.emailaddress_set.update(email=email)


def newcomer(head, sign_in):
    """Somebody who came by the sign-in: no password, the address of the house."""
    person = make_user("Omar", "Petit", email=f"omar.petit@{DOMAIN}")
    person.set_unusable_password()
    person.save()
    verify(person)
    head.memberships.create(user=person, role=Membership.Role.EMPLOYEE)
    link(person, sign_in)
    return person


def test_a_newcomer_gives_an_address_then_chooses_a_password(head, sign_in, mailoutbox, on_commit):
    omar = newcomer(head, sign_in)
    browser = by_sign_in(omar, sign_in)
    seen = browser.get(OWN_TIME).text
    assert "Une adresse de courriel à vous" in seen
    refused = browser.post(OWN_TIME, {"email": f"autre@{DOMAIN}"})
    assert "est une adresse professionnelle chez" in refused.text
    assert f"autre@{DOMAIN}" in refused.text, "what was typed is kept"
    sent = browser.post(OWN_TIME, {"email": "omar@example.org"}, follow=True)
    assert "omar@example.org" in sent.text
    waiting = omar.emailaddress_set.get(email="omar@example.org")
    assert not waiting.verified
    waiting.set_verified()
    move_to_new(omar, waiting)
    assert "choisir un mot de passe" in browser.get(OWN_TIME).text
    browser.post(OWN_TIME)
    omar.refresh_from_db()
    assert omar.email == "omar@example.org"


def move_to_new(person, address):
    person.emailaddress_set.exclude(pk=address.pk).delete()
    address.set_as_primary()


def test_the_company_can_not_give_the_address_of_somebody_who_has_a_password(at_work, lea):
    """From the provider alone, nothing of an account changes that its owner opens by themselves."""
    at_work.post(OWN_TIME, {"email": "patron@example.org"})
    assert not lea.emailaddress_set.filter(email="patron@example.org").exists()


def test_leaving_asks_for_an_address_of_ones_own_first(as_, lea, head):
    theirs = Membership.objects.get(user=lea)
    move_to(lea, f"lea.roux@{DOMAIN}")
    url = reverse("membership-leave", args=[theirs.pk])
    as_(lea).post(url)
    assert Membership.objects.filter(pk=theirs.pk).exists()
    move_to(lea, "lea@example.org")
    as_(lea).post(url)
    assert not Membership.objects.filter(pk=theirs.pk).exists()
    assert User.objects.get(pk=lea.pk).is_active


def test_who_is_shown_out_is_told_how_to_keep_their_account(client, head, boss, sign_in, on_commit):
    omar = newcomer(head, sign_in)
    there = Membership.objects.get(user=omar)
    people.remove(there, by=boss, now=timezone.now())
    letter = Notification.objects.get(kind="member_removed", recipient=omar)
    page = reverse("account_reset_password")
    assert f"{settings.SITE_URL}{page}" in letter.text
    client.post(page, {"email": omar.email})
    asked = Notification.objects.filter(address=omar.email).latest("pk")
    link = re.search(r"http://testserver(/compte/password/reset/key/\S+/)", asked.text)[1]
    form = client.get(link, follow=True)
    client.post(
        form.redirect_chain[-1][0],
        {"password1": "une-phrase-a-moi", "password2": "une-phrase-a-moi"},
    )
    omar.refresh_from_db()
    assert omar.check_password("une-phrase-a-moi")


def test_nobody_reads_that_page_who_is_not_logged_in(client):
    assert client.get(OWN_TIME).status_code == 302
