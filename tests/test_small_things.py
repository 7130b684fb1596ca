"""Small things seen in passing: each is said, or offered, as it is."""

import json
import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.forms import modelform_factory
from django.http import Http404, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from accounts import typed
from common.roots import fold
from config.middleware import OwnPagesMiddleware, lost
from marketplace.desk import board
from marketplace.forms.market.skills import said_once
from marketplace.models import Departure, HoursEntry, Mission
from marketplace.models.missions.amendments import AmendmentStep
from marketplace.states import AmendmentStatus, MissionStatus
from tests import translations
from tests.factories import make_coordinator, make_mission, make_user
from tests.marketplace.desk.desk_people import submitted

ROOT = Path(__file__).resolve().parent.parent


def test_robots_read_the_public_pages_and_no_key_of_a_letter(client):
    answer = client.get("/robots.txt")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
    closed = re.findall(r"^Disallow: (.+)$", answer.text, re.MULTILINE)
    for page in (reverse("needs"), reverse("promises"), reverse("home")):
        assert not any(page.startswith(path) for path in closed)
    for page in (
        reverse("follow-up", args=["1-a:b"]),
        reverse("desk"),
        *(reverse(name, args=["a"]) for name in ("invitation", "visit-link", "record-own")),
    ):
        assert any(page.startswith(path) for path in closed)


@pytest.mark.parametrize("whole", ["4f-cq1a2b-0123456789abcdef0123456789abcdef", "abc"])
@pytest.mark.parametrize(
    "name",
    [
        *("follow-up", "review-by-link", "still-true", "consent-answer", "invitation"),
        *("account-keep", "proposal-answer", "behalf-claim", "visit-link"),
        *("agreement", "signing-address", "sign-by-link", "address-restore"),
    ],
)
def test_a_link_cut_short_says_what_to_do_wherever_it_is_cut(client, name, whole):
    address = reverse(name, args=[whole]).removesuffix("bilan/").rstrip("/")
    for length in range(len(address) - len(whole), len(address) + 1):
        answer = client.get(address[:length], follow=True)
        assert answer.status_code in {404, 410}
        assert "copiez-le en entier" in answer.text, address[:length]


def test_a_link_for_a_new_password_cut_short_offers_another_wherever_it_is_cut(client, db):
    person = make_user()
    key = default_token_generator.make_token(person)
    whole = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(person), key])
    start = whole.index("key/") + len("key/")
    for length in range(start, len(whole) - 1):
        page = client.get(whole[:length], follow=True).text
        assert "Copiez-le en entier" in page, whole[:length]
        assert f'href="{reverse("account_reset_password")}"' in page
    assert "Copiez-le en entier" not in client.get(whole, follow=True).text


def test_a_confirmation_cut_short_says_what_to_do(client, db):
    page = client.get(reverse("account_confirm_email", args=["MTI:1abcde:cou"])).text
    assert "copiez-le en entier" in page
    assert f'href="{reverse("account_login")}"' in page


def test_what_was_typed_is_named_by_its_field_or_numbered():
    form = QueryDict(mutable=True)
    form.update(
        {"deliverables": "Un site et sa notice", "password1": "un mot de passe", "kind": "A"}
    )
    form.update({"unheard_of": "Deux mots encore"})
    labels = {words: label for label, words in typed.words_of(form)}
    assert labels["Deux mots encore"] == "Ce que vous aviez écrit (2)"
    assert labels["Un site et sa notice"] not in {"", "Ce que vous aviez écrit (1)"}
    assert "un mot de passe" not in labels


def test_the_login_says_that_nothing_is_lost_where_something_was_typed(client):
    assert "n’est perdu" not in client.get(reverse("account_login")).text
    person = make_user()
    client.force_login(person)
    client.logout()
    client.post(reverse("profile"), {"about": "Quelques mots de moi"})
    assert "n’est perdu" in client.get(reverse("account_login")).text


def test_one_sentence_about_the_password_and_a_link_to_the_terms(client):
    page = client.get(reverse("account_signup")).text
    assert page.count("Dix caractères ou plus") == 1
    assert "entièrement numérique" not in page
    assert "Votre mot de passe" not in page
    assert f'href="{reverse("legal")}#conditions"' in page


def test_days_to_come_are_not_offered_for_hours(client):
    today = timezone.localdate()
    mission = make_mission(
        status=MissionStatus.RUNNING,
        starts_on=today - timedelta(days=30),
        ends_on=today + timedelta(days=30),
    )
    client.force_login(mission.offer.person)
    monday = today - timedelta(days=today.weekday()) + timedelta(days=7)
    page = client.get(reverse("mission-hours", args=[mission.pk]) + f"?semaine={monday:%Y-%m-%d}")
    assert page.text.count("À venir") == 7
    assert f'name="hours_{monday:%Y%m%d}"' not in page.text
    client.post(
        reverse("mission-hours", args=[mission.pk]) + f"?semaine={monday:%Y-%m-%d}",
        {f"hours_{monday:%Y%m%d}": "3"},
    )
    assert not HoursEntry.objects.exists()


def test_what_happened_to_an_amendment_does_not_go_on_waiting():
    step = AmendmentStep(after=AmendmentStatus.PROPOSED, at=timezone.now())
    assert step.words == "Proposé à la signature"
    assert AmendmentStep(after=AmendmentStatus.IN_FORCE, at=timezone.now()).words == "En vigueur"


def test_a_long_text_says_how_long_it_may_be(client):
    mission = make_mission(status=MissionStatus.DELIVERED)
    client.force_login(mission.offer.person)
    page = client.get(reverse("mission-review", args=[mission.pk])).text
    assert "2\u202f000 caractères au plus" in page or "2\u00a0000 caractères au plus" in page


def test_once_their_two_weeks_are_over_the_page_says_that_the_company_writes(client):
    long_ago = timezone.now() - timedelta(days=60)
    mission = make_mission(
        work=True, status=MissionStatus.LEFT, started_at=long_ago, starts_on=long_ago.date()
    )
    head = mission.need.organisation.members.get()
    gone = Departure.objects.create(
        mission=mission, person=mission.offer.person, left_at=timezone.localtime(),
        last_on=timezone.localdate(), before="RUNNING", why="REMOVED",
    )  # fmt: skip
    client.force_login(head)
    page = reverse("mission-left", args=[mission.pk])
    assert "est maintenant saisi par l’employeur" not in client.get(page).text
    Departure.objects.filter(pk=gone.pk).update(last_on=timezone.localdate() - timedelta(days=15))
    assert "est maintenant saisi par l’employeur" in client.get(page).text


def test_in_a_demonstration_what_is_not_found_is_told_by_our_own_page(rf):
    request = rf.get("/besoins/999999/")
    request.user, request.session = AnonymousUser(), {}
    door = OwnPagesMiddleware(lambda _request: HttpResponse())
    answer = door.process_exception(request, Http404())
    assert answer.status_code == 404
    assert "Nous ne trouvons pas cette page" in answer.content.decode()
    assert door.process_exception(request, ValueError()) is None
    with pytest.raises(Http404):
        lost(request)


def test_what_was_read_before_it_was_compiled_is_read_again(settings, tmp_path):
    """The first start of a fresh clone: whatever it writes next, the papers of the demo, is in French."""
    folder = tmp_path / "fr/LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "a word of the house"\nmsgstr "un mot de la maison"\n',
        encoding="utf-8",
    )
    settings.LOCALE_PATHS = [tmp_path]
    with translation.override("fr"):
        assert gettext("a word of the house") == "a word of the house"
        call_command("compile_translations", verbosity=0)
        assert gettext("a word of the house") == "un mot de la maison"


@pytest.mark.parametrize(
    "french", ["Ensuite : la suite.", "Vraiment ?", "Il dit « oui »", "« oui »"]
)
def test_french_with_a_space_that_breaks_before_a_mark_is_refused(
    tmp_path, monkeypatch, capsys, french
):
    catalogue = tmp_path / "django.po"
    catalogue.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        f'msgid "a word"\nmsgstr "{french}"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(translations, "CATALOGUE", catalogue)
    monkeypatch.setattr(translations.shutil, "which", lambda _program: None)
    assert translations.main([]) == 1
    assert "breaks before a mark" in capsys.readouterr().out


def test_an_empty_choice_is_told_in_our_words():
    for language, words in (("fr", "Choisir…"), ("en", "Choose…")):
        with translation.override(language):
            form = modelform_factory(Mission, fields=["regime"])()
            assert f'<option value="" selected>{words}</option>' in str(form)


# --- what the picker of skills says ------------------------------------------------------------
def picked(client, **typed):
    client.force_login(make_user())
    return client.post(reverse("skills-picker"), typed).text


def test_whoever_has_written_isn_t_told_to_write(client, db):
    assert "Dites-le ci-dessus" in picked(client)
    said = picked(client, title="xyzzy plugh")
    assert "Aucune compétence choisie" in said
    assert "ci-dessus" not in said


def test_the_words_that_speak_for_a_skill_are_said_once():
    said = said_once(["Trésorière", "trésorière", "tenir la\ncompta", "compta"])
    assert [fold(words) for words in said].count("tresoriere") == 1
    assert [fold(words) for words in said].count("compta") == 1


def test_the_keys_of_suggestions_are_shown_while_somebody_holds_alt(client, db):
    """Unseen otherwise, on a telephone too, which has no such key."""
    sheet = (ROOT / "static/css/app.css").read_text()
    assert ".js-only { display: none; }" in sheet
    assert ".shows-keys .js-only { display: inline; }" in sheet
    hint = (ROOT / "templates/marketplace/market/_skill_suggested.html").read_text()
    assert '<kbd class="js-only" aria-hidden="true">' in hint


def test_a_part_that_is_swapped_asks_for_nothing_that_the_page_refuses(client, db):
    """htmx would write a sheet into the page at each swap, and evaluate words: both stand against our own rules."""
    said = client.get(reverse("home"))
    asked = re.search(r"name=\"htmx-config\" content='([^']+)'", said.text)
    assert asked
    assert json.loads(asked[1]) == {"includeIndicatorStyles": False, "allowEval": False}
    assert "unsafe" not in said.headers["Content-Security-Policy"]


def test_signatures_never_stand_alone_on_a_page():
    """Each paper hands its last lines over with them, in one block that isn't broken."""
    papers = ROOT / "templates/documents"
    alone = [
        paper.name
        for paper in papers.glob("*.typ")
        if paper.name != "common.typ" and "signature-boxes(" in paper.read_text()
    ]
    assert alone == []
    common = (papers / "common.typ").read_text()
    assert "#let closing(..given) = block(breakable: false" in common


def test_a_full_column_of_the_board_leads_to_those_that_it_has_no_room_for(client, db):
    client.force_login(make_coordinator())
    for _ in range(board.SHOWN + 3):
        submitted()
    page = client.get(reverse("desk-board", args=["besoins"])).text
    way = re.findall(r'<a href="([^"]+)">et 3 plus récents</a>', page)
    assert len(client.get(unescape(*way)).context["rows"]) == board.SHOWN + 3
