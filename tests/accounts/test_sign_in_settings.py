"""The page of an organisation's own sign-in, for its administrators."""

import pytest
from allauth.socialaccount.models import SocialAccount, SocialApp
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from accounts.actions import arrivals, memberships, sign_ins
from accounts.models import SignIn
from accounts.openid.faults import Code, Fault
from tests.accounts.domain_people import DOMAIN, agreed, with_address
from tests.accounts.sign_in_people import ISSUER, an_identity, back, opened, provider, set_up, tried
from tests.factories import make_organisation, make_user, verify

pytestmark = pytest.mark.django_db
__all__ = ["provider"]
SAID = {"verb": "save", "issuer": ISSUER, "client_id": "site", "secret": "s3cret"}


@pytest.fixture(autouse=True)
def _nobody_has_asked_yet(provider):
    cache.clear()


@pytest.fixture
def domain(head, boss, coordinator):
    return agreed(head, boss, coordinator)


def page_of(organisation):
    return reverse("sign-in-settings", args=[organisation.pk])


def end_of(organisation):
    return reverse("sign-in-end", args=[organisation.pk])


def act(browser, organisation, verb):
    return browser.post(page_of(organisation), {"verb": verb}, follow=True)


@pytest.mark.parametrize("who", ["colleague", "coordinator", "stranger", "employee"])
def test_only_administrators_see_it(as_, request, domain, head, boss, who):
    row = opened(head, boss)
    person = verify(make_user()) if who == "employee" else request.getfixturevalue(who)
    if who == "employee":
        head.memberships.create(user=person, role="EMPLOYEE")
    browser = as_(person)
    for address in (page_of(head), end_of(head)):
        assert browser.get(address).status_code == 403
        assert browser.post(address, {"verb": "shut"}).status_code == 403
    assert as_(None).get(page_of(head)).status_code == 302
    row.refresh_from_db()
    assert row.opened_at


@pytest.mark.parametrize("status", ["SUBMITTED", "SUSPENDED", "CLOSED"])
def test_an_organisation_that_is_not_verified_has_no_such_page(as_, domain, head, boss, status):
    head.status = status
    head.save()
    assert as_(boss).post(page_of(head), SAID).status_code == 403


def test_whoever_has_left_sees_nothing(as_, domain, head, boss, colleague):
    head.memberships.filter(user=colleague).update(role="ADMINISTRATOR")
    memberships.leave(head.memberships.get(user=boss))
    assert as_(boss).get(page_of(head)).status_code == 403


def test_an_operator_that_lends_nobody_has_none(as_, pole):
    chief = verify(make_user())
    operator = make_organisation("OPERATOR", pole=pole, administrator=chief)
    assert as_(chief).get(page_of(operator)).status_code == 403


def test_without_a_domain_it_says_where_to_begin(as_, head, boss):
    page = as_(boss).get(page_of(head)).text
    assert reverse("mail-domains", args=[head.pk]) in page
    assert "client ID" not in page
    refused = as_(boss).post(page_of(head), SAID)
    assert refused.status_code == 200
    assert not SocialApp.objects.exists()


def test_from_the_first_step_to_the_last(as_, domain, head, boss, provider):
    browser = as_(boss)
    gathering = browser.get(reverse("gathering", args=[head.pk])).text
    assert page_of(head) in gathering
    slug = sign_ins.slug_for(head)
    assert f"/connexion/{slug}/retour/" in browser.get(page_of(head)).text, "before it is set up"
    browser.post(page_of(head), SAID)
    row = SignIn.objects.select_related("app").get()
    assert (row.app.provider_id, row.app.secret, provider.checked) == (slug, "s3cret", [ISSUER])
    page = browser.get(page_of(head)).text
    assert "s3cret" not in page
    assert f'value="{ISSUER}"' in page
    assert 'value="open"' not in page, "tried first"
    going = browser.post(page_of(head), {"verb": "try"}).text
    assert "/authorize" in going
    provider.identity = an_identity("sub-boss", f"hugo@{DOMAIN}", first_name="Hugo")
    page = browser.get(back(row), follow=True).text
    assert "Hugo Roux" in page
    assert f"hugo@{DOMAIN}" in page
    assert not SocialAccount.objects.exists(), "a trial links nobody"
    assert browser.session["_auth_user_id"] == str(boss.pk)
    assert "sign_in" not in browser.session
    assert "Hugo Roux" not in browser.get(page_of(head)).text, "shown once"
    assert "ouverte à tous" in act(browser, head, "open").text
    assert "exigée sur le temps de travail" in act(browser, head, "require").text
    act(browser, head, "lift")
    act(browser, head, "shut")
    row.refresh_from_db()
    assert (row.opened_at, row.required_at) == (None, None)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"issuer": "http://x.fr"}, "issuer"),
        ({"issuer": ""}, "issuer"),
        ({"issuer": "\0"}, "issuer"),
        ({"client_id": ""}, "client_id"),
        ({"client_id": "x" * 192}, "client_id"),
        ({"secret": ""}, "secret"),
        ({"secret": "x" * 192}, "secret"),
    ],
)
def test_bad_input_is_said_beside_the_field_and_the_rest_is_kept(
    as_, domain, head, boss, said, field
):
    page = as_(boss).post(page_of(head), SAID | said)
    assert page.status_code == 200
    assert f'id="id_{field}"' in page.text
    assert 'aria-invalid="true"' in page.text
    assert 'value="s3cret"' not in page.text
    assert ("Saisissez-le de nouveau" in page.text) == bool(said.get("secret", "s3cret"))
    assert field == "client_id" or 'value="site"' in page.text
    assert not SocialApp.objects.exists()


def test_a_provider_that_does_not_answer_is_said_beside_its_address(
    as_, domain, head, boss, provider
):
    provider.fault = Fault(Code.UNREACHABLE)
    page = as_(boss).post(page_of(head), SAID)
    assert "Le fournisseur ne répond pas" in page.text
    assert not SocialApp.objects.exists()
    row = tried_despite(head, boss)
    page = as_(boss).post(page_of(head), {"verb": "try"}, follow=True)
    assert "Ce qui n’a pas marché" in page.text
    row.refresh_from_db()
    assert row.fault == Code.UNREACHABLE


def tried_despite(head, boss):
    return set_up(head, boss)


def test_the_provider_is_asked_only_when_its_address_is_another(as_, domain, head, boss, provider):
    set_up(head, boss)
    as_(boss).post(page_of(head), SAID | {"secret": ""})
    assert provider.checked == []
    as_(boss).post(page_of(head), SAID | {"issuer": "https://autre.fr", "secret": ""})
    assert provider.checked == ["https://autre.fr"]
    assert SocialApp.objects.get().secret == "s3cret"


def test_a_trial_that_does_not_count_says_what_the_provider_told(as_, domain, head, boss, provider):
    row, browser = set_up(head, boss), as_(boss)
    browser.post(page_of(head), {"verb": "try"})
    provider.identity = an_identity(email="hugo@autre.fr")
    page = browser.get(back(row), follow=True).text
    assert "n’est pas d’un domaine" in page
    assert "hugo@autre.fr" in page
    row.refresh_from_db()
    assert not row.tried_at


def test_a_trial_is_of_whoever_began_it(as_, domain, head, boss, stranger):
    row, browser = set_up(head, boss), as_(boss)
    browser.post(page_of(head), {"verb": "try"})
    session = browser.session
    session["_auth_user_id"] = str(stranger.pk)
    session["_auth_user_hash"] = stranger.get_session_auth_hash()
    session.save()
    browser.get(back(row))
    row.refresh_from_db()
    assert not row.tried_at


def test_a_refusal_is_said_and_a_verb_that_is_none_is_no_page(as_, domain, head, boss):
    browser = as_(boss)
    assert browser.post(page_of(head), {"verb": "open"}).status_code == 404, "not set up"
    set_up(head, boss)
    assert "Essayez-la d’abord" in act(browser, head, "open").text
    assert "Ouvrez-la d’abord" in act(browser, head, "require").text
    assert browser.post(page_of(head), {"verb": "x"}).status_code == 404
    assert browser.post(page_of(head)).status_code == 404


def test_it_ends_after_a_question(as_, domain, head, boss):
    row, browser = opened(head, boss), as_(boss)
    lea = with_address()
    arrivals.link(row, an_identity(), user=lea, now=timezone.now())
    assert "1 compte lui est lié" in browser.get(page_of(head)).text
    assert "Les comptes restent" in browser.get(end_of(head)).text
    assert SocialApp.objects.exists()
    browser.post(end_of(head))
    assert not SocialApp.objects.exists()
    assert browser.post(end_of(head)).status_code == 302, "twice"


def test_it_says_that_it_has_stopped_once_the_domain_has_fallen_back(as_, domain, head, boss):
    tried(head, boss)
    sign_ins.open_to_all(SignIn.objects.get(), by=boss, now=timezone.now())
    head.mail_domains.update(agreed_until=timezone.now())
    assert "arrêtée" in as_(boss).get(page_of(head)).text
    assert "arrêtée" in as_(boss).get(reverse("gathering", args=[head.pk])).text


def test_the_administration_shows_no_secret(admin_client, domain, head, boss):
    row = opened(head, boss)
    account = arrivals.link(row, an_identity(), user=with_address(), now=timezone.now())
    for address in (
        reverse("admin:accounts_signin_change", args=[row.pk]),
        reverse("admin:accounts_signin_changelist"),
        reverse("admin:socialaccount_socialaccount_change", args=[account.pk]),
        reverse("admin:socialaccount_socialaccount_changelist"),
    ):
        page = admin_client.get(address)
        assert page.status_code == 200
        assert "s3cret" not in page.text
        assert "sub-lea" not in page.text
    assert admin_client.get("/administration/socialaccount/socialapp/").status_code == 404
    assert (
        admin_client.post(
            reverse("admin:socialaccount_socialaccount_delete", args=[account.pk])
        ).status_code
        == 403
    )
