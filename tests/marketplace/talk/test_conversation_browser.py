"""A conversation in a real browser: at 320 px, without a network, without a session, without JavaScript."""

import json

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import NARROW, PASSWORD, WIDE, looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the page is the same on either database
TYPED = "Ce que j’ai mis une heure à écrire."
PEOPLE = f"""
import json, secrets
from django.test import Client
from django.utils import timezone
from marketplace.actions.talk import messages, moderation
from tests.factories import make_coordinator, make_need, make_offer, make_proposal, make_user, verify
def person(first, last, make=make_user, **more):
    address = f"{{secrets.token_hex(5)}}@example.org"
    user = verify(make(first_name=first, last_name=last, email=address, **more))
    user.set_password({PASSWORD!r})
    user.save()
    return user
aline, noe = person("Aline", "Moreau"), person("Noé", "Lambert")
proposal = make_proposal(make_need(member=aline, title="Refaire notre site et former l’équipe"), make_offer(noe))
maelle = person("Maëlle", "Vandamme", make_coordinator, pole=proposal.need.pole)
thread = proposal.thread
said = messages.say(thread, text="Bonjour, **deux questions** :\\n\\n- le site actuel ?\\n- quand commencer ?", sent_key="1", by=noe)
messages.say(thread, text="Le site : https://exemple.org/une-page-dont-l-adresse-est-vraiment-tres-longue-pour-un-telephone", sent_key="2", by=aline, about=(f"need:{{proposal.need.pk}}", "Le besoin"))
changed = messages.say(thread, text="Jeudi ?", sent_key="3", by=aline)
messages.edit(changed, text="Vendredi ?", now=timezone.now())
gone = messages.say(thread, text="Un mot de trop", sent_key="4", by=noe)
report = moderation.report(gone, reason="RUDE", words="Blessant", by=aline)
moderation.note(thread, text="Aline est prudente.", by=maelle)
out = {{"thread": thread.pk, "proposal": proposal.pk, "report": report.pk, "emails": {{}}}}
for name, user in (("aline", aline), ("noe", noe), ("maelle", maelle)):
    client = Client()
    client.force_login(user)
    out[name] = client.cookies["session"].value
    out["emails"][name] = user.email
print(json.dumps(out))
"""


@pytest.fixture
def talk(site):
    """A conversation of its own for each test, on the running site."""
    return json.loads(site.manage("shell", "-v0", "-c", PEOPLE).splitlines()[-1])


@pytest.fixture
def opened(site, browser, talk):
    def open_page(path, who="aline", size=NARROW, **options):
        options = {"viewport": size, "reduced_motion": "reduce", "locale": "fr-FR"} | options
        window = browser.new_context(**options)
        window.add_cookies([{"name": "session", "value": talk[who], "url": site.url}])
        page = window.new_page()
        page.goto(site.url + path)
        return page

    return open_page


def messages_of(page):
    return page.locator(".said .said-words")


def send(page):
    page.get_by_role("button", name="Envoyer", exact=True).click()


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["phone", "desk"])
def test_every_page_of_a_conversation_is_fit_for_all(opened, talk, size):
    page = opened(f"/messages/{talk['thread']}/", size=size)
    page.get_by_text("Joindre un fichier, renvoyer à quelque chose").click()
    looks_well(page)
    for path in ("/messages/", "/messages/?q=site", f"/propositions/{talk['proposal']}/"):
        page.goto(page.url.split("/messages")[0].split("/propositions")[0] + path)
        looks_well(page)
    desk = opened(f"/messages/{talk['thread']}/", who="maelle", size=size)
    looks_well(desk)
    root = desk.url.split("/messages")[0]
    for path in (
        "/bureau/signalements/",
        f"/bureau/signalements/{talk['report']}/",
        "/bureau/phrases/",
    ):
        desk.goto(root + path)
        looks_well(desk)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["phone", "desk"])
def test_the_acts_on_a_message_are_fit_for_all(opened, talk, size):
    page = opened(f"/messages/{talk['thread']}/", size=size)
    page.locator("[name=text]").fill("Appelez-moi au 06 12 34 56 78, je réponds le soir.")
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Avant de l’envoyer")
    looks_well(page)
    page.get_by_role("button", name="Envoyer sans").click()
    expect(messages_of(page).last).to_contain_text(
        "[partagé quand les deux parties auront dit oui]"
    )
    for verb in ("Signaler", "Modifier", "Retirer"):
        page.get_by_role("main").get_by_role("link", name=verb).first.click()
        looks_well(page)
        page.get_by_role("link", name="Non, revenir").click()


def test_a_double_click_writes_once(opened, talk):
    page = opened(f"/messages/{talk['thread']}/")
    before = messages_of(page).count()
    page.locator("[name=text]").fill(TYPED)
    page.get_by_role("button", name="Envoyer", exact=True).dblclick()
    expect(page.get_by_text(TYPED)).to_have_count(1)
    page.reload()
    expect(messages_of(page)).to_have_count(before + 1)


def test_a_cut_of_the_network_loses_nothing_and_doubles_nothing(opened, talk):
    page = opened(f"/messages/{talk['thread']}/")
    before = messages_of(page).count()
    page.context.set_offline(True)
    page.locator("[name=text]").press_sequentially("Tapé dans le train.")
    send(page)
    expect(page.get_by_text("Pas de connexion")).to_be_visible()
    expect(page.locator("[name=text]")).to_have_value("Tapé dans le train.")
    page.context.set_offline(False)
    page.reload()
    expect(page.locator("[name=text]")).to_have_value("Tapé dans le train.")
    send(page)
    expect(messages_of(page)).to_have_count(before + 1)
    expect(page.locator("[name=text]")).to_have_value("")


def test_an_answer_that_gets_lost_on_the_way_doesn_t_make_two_messages(opened, talk, site):
    """The server has written it; the browser never hears of it, and its person sends again."""
    page = opened(f"/messages/{talk['thread']}/")
    before = messages_of(page).count()
    address = f"**/messages/{talk['thread']}/"

    lost = []

    def lose_the_answer(route):
        if route.request.method == "POST":
            lost.append(route.fetch(max_redirects=0).status)
            route.abort()
        else:
            route.continue_()

    page.route(address, lose_the_answer)
    page.locator("[name=text]").press_sequentially(TYPED)
    send(page)
    page.wait_for_timeout(1500)
    assert lost == [302]
    page.unroute(address)
    page.goto(f"{site.url}/messages/{talk['thread']}/")
    expect(messages_of(page)).to_have_count(before + 1)
    expect(page.locator("[name=text]")).to_have_value("")


def test_what_is_typed_waits_on_another_device(opened, talk):
    path = f"/messages/{talk['thread']}/"
    page = opened(path)
    page.locator("[name=text]").press_sequentially(TYPED)
    expect(page.locator("#draft-state")).to_contain_text("Brouillon gardé")
    elsewhere = opened(path, size=WIDE)
    expect(elsewhere.locator("[name=text]")).to_have_value(TYPED)
    send(elsewhere)
    page.reload()
    expect(page.locator("[name=text]")).to_have_value("")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_lost_session_brings_the_text_back(opened, talk, javascript):
    page = opened(f"/messages/{talk['thread']}/", java_script_enabled=javascript)
    page.context.clear_cookies(name="session")
    page.locator("[name=text]").fill(TYPED)
    send(page)
    page.locator("[name=login]").fill(talk["emails"]["aline"])
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("main").locator("form button").first.click()
    expect(page.locator("[name=text]")).to_have_value(TYPED)
    send(page)
    expect(messages_of(page).last).to_have_text(TYPED)


def test_without_javascript_a_refused_file_keeps_the_words(opened, talk, tmp_path):
    page = opened(f"/messages/{talk['thread']}/", java_script_enabled=False)
    wrong = tmp_path / "virus.exe"
    wrong.write_bytes(b"MZ")
    page.locator("[name=text]").fill(TYPED)
    page.locator("details.said-more > summary").click()
    page.locator("[name=files]").set_input_files(wrong)
    send(page)
    expect(page.get_by_text("virus.exe").first).to_be_visible()
    expect(page.locator("[name=text]")).to_have_value(TYPED)
