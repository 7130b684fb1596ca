"""In a real browser: from a form of ours to the provider and back, which a bare redirection doesn't manage."""

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import looks_well

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.once,  # the pages are the same on either database
    pytest.mark.urls("tests.accounts.openid.urls"),
]


@pytest.fixture
def start(live_server, sign_in, settings):
    """The page with the form that leads to the provider."""
    settings.SITE_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    return f"{live_server.url}/connexion/{sign_in.app.provider_id}/"


def window(browser, **options):
    options = {"locale": "fr-FR", "reduced_motion": "reduce"} | options
    return browser.new_context(**options).new_page()


def says_yes(page):
    page.get_by_label("Subject").fill("marie-12")
    page.get_by_role("button", name="Authorize", exact=True).click()
    expect(page.locator("body")).to_contain_text('"email": "marie.dupont@fonderies.example.org"')


@pytest.mark.parametrize("scripts", [True, False])
def test_somebody_leaves_and_comes_back(browser, start, provider, scripts):
    page = window(browser, java_script_enabled=scripts)
    page.goto(start)
    page.get_by_role("button").click()
    expect(page.get_by_role("heading", name="Authorize Client")).to_be_visible()
    assert page.url.startswith(f"{provider.url}/oauth2/authorize?")
    says_yes(page)
    assert page.url.startswith(f"{start}retour/?")


def test_the_browsers_way_back_leads_to_our_form_and_not_round_and_round(browser, start):
    page = window(browser)
    page.goto(start)
    page.get_by_role("button").click()
    expect(page.get_by_role("heading", name="Authorize Client")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("button", name="Partir")).to_be_visible()
    assert page.url == start


def test_where_a_browser_doesnt_go_on_by_itself_there_is_a_button(browser, start):
    page = window(browser, viewport={"width": 320, "height": 700})
    page.route("**/connexion/*/", stay)
    page.goto(start)
    page.get_by_role("button").click()
    expect(page.get_by_role("heading", name="connexion de votre organisation")).to_be_visible()
    expect(
        page.get_by_text("Fonderies du Nord a sa propre connexion, sur localhost")
    ).to_be_visible()
    looks_well(page)
    page.get_by_role("link", name="Aller à cette connexion").press("Enter")
    says_yes(page)


def stay(route):
    """As a browser whose owner has turned such refreshments off: Firefox has a setting for it."""
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace('http-equiv="refresh"', ""))


def test_a_bare_redirection_after_a_form_is_stopped_by_our_own_policy(browser, start):
    """Why there is a page in between: when this test fails, it may go."""
    page = window(browser)
    said = []
    page.on("console", lambda line: said.append(line.text))
    page.goto(f"{start}?naive")
    page.get_by_role("button").click()
    page.wait_for_timeout(1_000)
    assert page.url == f"{start}?naive"
    assert any("form-action 'self'" in line for line in said)
