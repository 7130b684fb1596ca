"""Skills proposed while one writes, in a real browser: in the need written on one page and the profile."""

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import NARROW, WIDE, looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the page is the same on either database
PEOPLE = """
from django.test import Client
from tests.factories import make_organisation, make_user, verify
from accounts.models import User
for address in ("mots@example.org", "profil@example.org"):
    user = User.objects.filter(email=address).first()
    if user is None:
        user = verify(make_user("Yasmine", "Roux", email=address))
        make_organisation(member=user, name="Les Mots justes")
    client = Client()
    client.force_login(user)
    print("session", client.cookies["session"].value)
"""
WRITES, KEEPS = -3, -1  # who only writes, and who keeps a profile
FORMS = [
    (
        "/besoins/nouveau/?tout=oui",
        "context",
        "On a besoin de quelqu’un pour tenir la comptabilité.",
    ),
    ("/profil/", "about", "J’ai tenu la comptabilité d’un garage pendant vingt ans."),
]

QUIET = """() => new Promise((done) => {
  let last = performance.now();
  for (const name of ["htmx:beforeRequest", "htmx:afterSettle"])
    document.addEventListener(name, () => { last = performance.now(); });
  const look = () => performance.now() - last > 900 && !document.querySelector(".htmx-request")
    ? done() : setTimeout(look, 100);
  look();
})"""


@pytest.fixture(scope="module")
def sessions(site):
    return site.manage("shell", "-v0", "-c", PEOPLE).split()


@pytest.fixture
def opened(site, browser, sessions):
    def open_page(path, size=WIDE, who=WRITES, **options):
        window = browser.new_context(viewport=size, reduced_motion="reduce", **options)
        window.add_cookies([{"name": "session", "value": sessions[who], "url": site.url}])
        page = window.new_page()
        page.goto(site.url + path)
        afresh = page.get_by_role("button", name="Repartir de zéro")
        if afresh.count():  # what the test before had begun
            afresh.click()
            expect(afresh).to_have_count(0)
            page.wait_for_load_state()
        return page

    return open_page


def suggestions(page):
    return page.locator("#skills-picker .suggestions button[name=pick]")


def chosen(page):
    return page.locator(".picked-skill")


def quiet(page) -> None:
    """Until nothing is asked any more, longer than the form waits for one who writes: else the list moves under the press."""
    page.evaluate(QUIET)


@pytest.mark.parametrize(("path", "field", "sentence"), FORMS)
def test_while_one_writes_the_skills_understood_are_proposed(opened, path, field, sentence):
    page = opened(path, NARROW)
    page.locator(f"[name={field}]").press_sequentially(sentence)
    expect(suggestions(page).first).to_be_visible()
    expect(page.locator("#skills-picker mark", has_text="comptabilité").first).to_be_visible()
    quiet(page)
    first = suggestions(page).first.get_attribute("value")
    suggestions(page).first.click()
    expect(chosen(page)).to_have_count(1)
    expect(page.locator(f"input[name=skills][value={first}]")).to_have_count(1)
    looks_well(page)
    expect(page.locator(f"[name={field}]")).to_have_value(sentence)
    page.get_by_role("button", name="Retirer").first.click()
    expect(chosen(page)).to_have_count(0)


def test_by_the_keyboard_alone_without_leaving_the_text(opened):
    page = opened("/profil/")
    field = page.locator("[name=about]")
    field.press_sequentially("Je tiens la comptabilité d’une association et je forme à Excel.")
    expect(suggestions(page).nth(1)).to_be_visible()
    field.press("Alt+2")
    expect(chosen(page)).to_have_count(1)
    expect(field).to_be_focused()
    suggestions(page).first.focus()
    page.keyboard.press("Enter")
    expect(chosen(page)).to_have_count(2)
    expect(page.locator("#skills-picker :focus")).to_have_count(1)


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_where_nothing_is_understood_ones_own_words_are_proposed_by_the_keyboard(opened, size):
    page = opened("/profil/", size)
    page.locator("[name=about]").press_sequentially("glaçonnier")
    own = page.get_by_label("Elle n’est pas dans notre liste")
    expect(own).to_have_value("glaçonnier")
    looks_well(page)
    own.focus()
    page.keyboard.press("End")
    page.keyboard.type(" d’hiver")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("« glaçonnier d’hiver » a été envoyé")
    expect(page.locator("#id_skill_query")).to_be_focused()
    expect(page.locator("[name=about]")).to_have_value("glaçonnier")
    expect(own).to_have_count(0)


@pytest.mark.parametrize("size", [WIDE, NARROW])
@pytest.mark.parametrize(
    ("written", "asked"),
    [("on ne comprend rien aux gens", "Rien de sûr"),
     ("Ingénieure", "Beaucoup de métiers portent ce nom")],
)  # fmt: skip
def test_a_guess_is_asked_and_a_broad_title_asked_about(opened, size, written, asked):
    page = opened("/profil/", size)
    page.locator("[name=about]").press_sequentially(written)
    expect(page.get_by_text(asked)).to_be_visible(timeout=30_000)
    looks_well(page)


@pytest.mark.parametrize(("path", "field", "sentence"), FORMS)
def test_the_browser_has_nothing_to_refuse_nor_to_say_while_skills_are_picked(
    opened, path, field, sentence
):
    page = opened(path)  # what the test before had begun is put away first
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.reload()
    expect(chosen(page)).to_have_count(0)
    page.locator(f"[name={field}]").press_sequentially(sentence)
    expect(suggestions(page).first).to_be_visible()
    quiet(page)
    suggestions(page).first.click()
    expect(chosen(page)).to_have_count(1)
    page.locator("[name^=level_]").first.select_option("1")
    quiet(page)
    page.get_by_role("button", name="Retirer").first.click()
    expect(chosen(page)).to_have_count(0)
    page.locator("#id_skill_query").fill("glaçonnier d’hiver")
    page.locator("#id_skill_query").press("Enter")
    expect(page.get_by_text("Rien ne s’appelle")).to_be_visible()
    assert said == []


def test_a_press_isnt_lost_when_one_has_just_written(opened):
    """What is pressed before the text is read again is answered first; the text is read after it."""
    page = opened("/profil/")
    page.locator("[name=about]").press_sequentially("Je tiens la comptabilité")
    expect(suggestions(page).first).to_be_visible()
    quiet(page)
    page.route("**/competences/**", lambda route: None)  # a slow network
    page.locator("[name=about]").press_sequentially(" d’une association")
    suggestions(page).first.click()
    page.evaluate("new Promise((done) => setTimeout(done, 900))")  # the form's own wait is over
    page.unroute("**/competences/**")  # what was held goes on
    expect(chosen(page)).to_have_count(1)
    quiet(page)
    expect(chosen(page)).to_have_count(1)


@pytest.mark.parametrize(("path", "field", "sentence"), FORMS)
def test_without_javascript_buttons_do_the_same(opened, path, field, sentence):
    page = opened(path, java_script_enabled=False)
    page.locator(f"[name={field}]").fill(sentence)
    page.get_by_role("button", name="Proposer des compétences").click()
    suggestions(page).first.click()
    expect(chosen(page)).to_have_count(1)
    expect(page.locator(f"[name={field}]")).to_have_value(sentence)
    page.locator("[name=skill_query]").fill("zorglubeur")
    page.get_by_role("button", name="Rechercher", exact=True).click()
    page.get_by_role("button", name="Proposer la compétence").click()
    expect(page.get_by_role("main")).to_contain_text("a été envoyé à l’administration")
    expect(chosen(page)).to_have_count(1)
    page.get_by_role("button", name="Retirer").first.click()
    expect(chosen(page)).to_have_count(0)


def test_the_profile_keeps_what_was_chosen_and_proposed_words_are_followed(opened):
    page = opened("/profil/", NARROW, KEEPS)
    page.locator("[name=about]").fill("Je fais des sites internet.")
    expect(suggestions(page).first).to_be_visible()
    quiet(page)
    suggestions(page).first.click()
    expect(chosen(page)).to_have_count(1)
    page.locator("#id_skill_query").fill("apiculture en ville")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Proposer la compétence").click()
    page.get_by_role("link", name="Voir mes propositions").wait_for()
    page.get_by_role("button", name="Enregistrer mon profil").click()
    expect(chosen(page)).to_have_count(1)
    page.goto(page.url.split("/profil/")[0] + "/competences/proposer/")
    expect(page.get_by_role("main")).to_contain_text("apiculture en ville")
    looks_well(page)


@pytest.mark.parametrize(
    ("answer", "said"),
    # 410: of 404, which would do as well, django-htmx shows the page of errors where DEBUG is on, as here.
    [(503, "le site ne répond pas"), (None, "le site ne répond pas"), (410, "n’est plus à jour")],
)
def test_a_button_that_the_site_doesn_t_answer_says_so_and_works_again(opened, answer, said):
    path, field, sentence = FORMS[0]
    page = opened(path, NARROW)
    with page.expect_response(
        "**/competences/**"
    ):  # at once, so that one question is asked and answered
        page.locator(f"[name={field}]").fill(sentence)
    expect(suggestions(page).first).to_be_visible()

    def fails(route):
        route.abort() if answer is None else route.fulfill(status=answer, body="")

    page.route("**/competences/**", fails)
    suggestions(page).first.click()
    told = page.get_by_role("alert").filter(has_text=said)
    expect(told).to_be_in_viewport()
    looks_well(page)
    page.unroute("**/competences/**")
    suggestions(page).first.click()
    expect(chosen(page)).to_have_count(1)
    expect(told).to_have_count(0)


def test_nothing_is_said_to_have_failed_before_the_styles_are_there(opened):
    page = opened("/", NARROW)
    page.route("**/*.css*", lambda route: route.abort())
    page.reload()
    expect(page.get_by_role("main")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
