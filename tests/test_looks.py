"""The looks keep their promises: legible, complete, served from here, and never an inline script."""

import hashlib
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone

from accounts.states import OrganisationStatus
from config import trouble
from config.templatetags.looks import (
    STATE_LOOKS,
    age,
    initials,
    name_tone,
    page_numbers,
)
from marketplace.states import MissionStatus, NeedStatus, OfferStatus, ProposalStatus

ROOT = Path(settings.BASE_DIR)
STATIC = ROOT / "static"
PAGES = [path for path in (ROOT / "templates").rglob("*.html") if "emails" not in path.parts]
# What is written on what: every couple of colours that carries words.
LEGIBLE = [
    ("ink", "paper"),
    ("ink", "card"),
    ("ink", "sand"),
    ("ink", "sand-pale"),
    ("ink", "teal-pale"),
    ("ink-soft", "paper"),
    ("ink-soft", "card"),
    ("ink-soft", "sand-pale"),
    ("ink-soft", "teal-pale"),
    ("teal", "paper"),
    ("teal", "card"),
    ("teal", "sand-pale"),
    ("teal", "teal-pale"),
    ("teal-dark", "teal-pale"),
    ("card", "teal"),
    ("card", "teal-dark"),
    ("card", "accent"),
    ("card", "accent-dark"),
    ("card", "red"),
    ("accent-dark", "apricot-pale"),
    ("green", "green-pale"),
    ("amber", "amber-pale"),
    ("red", "red-pale"),
    ("red", "paper"),
    ("red", "card"),
    ("blue", "blue-pale"),
    ("ink", "green-pale"),
    ("ink", "amber-pale"),
    ("ink", "red-pale"),
    ("ink", "blue-pale"),
    ("on-dark", "night"),
    ("sand", "night"),
]
# What must be seen without being read: the edge of a field, the ring of the focus, the bar of a note.
VISIBLE = [
    ("line-strong", "card"),
    ("line-strong", "paper"),
    ("teal", "paper"),
    ("teal", "card"),
    ("apricot", "night"),
]


def luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def tokens() -> dict[str, str]:
    style = (STATIC / "css/app.css").read_text(encoding="utf-8")
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", style))


@pytest.mark.parametrize(("words", "ground"), LEGIBLE)
def test_words_are_legible_on_their_ground(words, ground):
    colours = tokens()
    assert contrast(colours[words], colours[ground]) >= 4.5


@pytest.mark.parametrize(("thing", "ground"), VISIBLE)
def test_what_must_be_seen_is_seen(thing, ground):
    colours = tokens()
    assert contrast(colours[thing], colours[ground]) >= 3


def test_the_documented_contrasts_are_the_real_ones():
    colours = tokens()
    text = (ROOT / "docs/design.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| `([a-z-]+)` \| ([\d.]+) \|", text, re.MULTILINE)
    assert {(words, ground) for words, ground, _ in rows} == {*LEGIBLE, *VISIBLE}
    for words, ground, ratio in rows:
        assert contrast(colours[words], colours[ground]) == pytest.approx(float(ratio), abs=0.05)


def test_every_icon_named_in_a_page_is_drawn():
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text("utf-8")))
    named = {
        name
        for page in PAGES
        for name in re.findall(r'{% icon "([^"]+)"', page.read_text(encoding="utf-8"))
    }
    named |= {icon for _, icon in STATE_LOOKS.values()}
    assert named <= drawn, named - drawn


@pytest.mark.parametrize(
    "status", [OrganisationStatus, NeedStatus, OfferStatus, ProposalStatus, MissionStatus]
)
def test_every_state_has_its_tone_and_icon(status):
    assert set(status.values) <= set(STATE_LOOKS)


def test_no_page_writes_a_style_or_a_script_inside_itself():
    """The content security policy would refuse them, silently for us and not for the reader."""
    assert len(PAGES) > 500
    texts = {page.name: page.read_text(encoding="utf-8") for page in PAGES}
    styled = re.compile(r"<[^>]*\s(style|on[a-z]+)\s*=")
    assert [name for name, text in texts.items() if styled.search(text)] == []
    scripts = [
        (name, tag) for name, text in texts.items() for tag in re.findall(r"<script\b[^>]*>", text)
    ]
    data = 'type="application/ld+json" nonce='  # what search engines read: it runs nowhere
    assert [one for one in scripts if "src=" not in one[1] and data not in one[1]] == []


def test_every_long_text_is_written_by_its_form_which_says_how_long_it_may_be():
    """By hand it was cut at 4,000 signs, or counted nowhere. Those of the box of one sentence are said in words."""
    ours = [
        page for page in PAGES if page.name != "_begin_box.html" and "allauth" not in page.parts
    ]
    by_hand = {
        f"{page.name}: {field}"
        for page in ours
        for field in re.findall(r"<textarea\b[^>]*>", page.read_text(encoding="utf-8"))
        if not re.search(r"\s(?:readonly|hidden)(?=[\s>=])", field)
    }
    assert by_hand == set()


def test_the_fonts_are_light():
    fonts = sum(font.stat().st_size for font in (STATIC / "vendor/fonts").glob("*.woff2"))
    assert fonts <= 120_000


def test_what_others_made_is_what_the_notice_says():
    notice = (STATIC / "vendor/README.md").read_text(encoding="utf-8")
    bootstrap = ROOT / "tests/data/bootstrap.min.css"
    for path in (bootstrap, *STATIC.glob("vendor/fonts/*.woff2")):
        assert hashlib.sha256(path.read_bytes()).hexdigest() in notice


def test_nothing_is_fetched_from_another_site():
    for sheet in STATIC.rglob("*.css"):
        addresses = re.findall(r"url\(['\"]?(https?:)?//", sheet.read_text(encoding="utf-8"))
        assert not addresses, sheet
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"<(script|link|img|iframe)\b[^>]*(src|href)=\"(https?:)?//", text)


class Sample(forms.Form):
    title = forms.CharField(label="Titre", help_text="Une phrase.")
    word = forms.CharField(label="Mot", required=False)
    place = forms.ChoiceField(
        label="Où", widget=forms.RadioSelect, choices=[("a", "Ici"), ("b", "Là")]
    )
    agree = forms.BooleanField(label="D’accord")


def test_a_field_tells_its_help_and_its_error_to_a_screen_reader():
    html = str(Sample({"title": ""})["title"].as_field_group())
    (described,) = re.findall(r'aria-describedby="([^"]+)"', html)
    assert described.split() == ["id_title_helptext", "id_title_error"]
    for identifier in described.split():
        assert f'id="{identifier}"' in html
    assert 'aria-invalid="true"' in html
    assert '<label for="id_title">' in html


def test_only_what_is_not_required_says_so():
    form = Sample()
    assert 'class="optional"' in str(form["word"].as_field_group())
    assert 'class="optional"' not in str(form["title"].as_field_group())


def test_a_group_of_choices_is_a_fieldset_with_its_legend():
    html = str(Sample()["place"].as_field_group())
    assert html.strip().startswith("<fieldset")
    assert "<legend>Où" in html


@pytest.mark.parametrize("widget", [forms.RadioSelect, forms.CheckboxSelectMultiple])
def test_zero_is_a_choice_and_nothing_is_none(widget):
    """Monday is day 0, and 0 out of 10 an opinion."""
    field = forms.TypedMultipleChoiceField if widget.allow_multiple_selected else forms.ChoiceField
    choices = [("", "Choisir"), (0, "Zéro"), (1, "Un")]
    html = str(type("F", (forms.Form,), {"n": field(choices=choices, widget=widget)})()["n"])
    assert "Zéro" in html
    assert "Choisir" not in html


def test_the_summary_of_errors_leads_to_each_field():
    form = Sample({"title": "", "word": "x"})
    html = render_to_string("components/error_summary.html", {"form": form})
    page = str(form) + html
    targets = re.findall(r'href="#([^"]+)"', html)
    assert len(targets) == 3
    for target in targets:
        assert f'id="{target}"' in page


def test_a_good_form_shows_no_summary():
    assert not render_to_string("components/error_summary.html", {"form": Sample()}).strip()


def test_the_pages_of_a_list_keep_the_filters():
    request = RequestFactory().get("/besoins/?q=site&page=2")
    page = Paginator(range(100), 10).page(2)
    html = render_to_string("components/pagination.html", {"page": page}, request)
    addresses = re.findall(r'<a [^>]*href="([^"]+)"', html)
    assert "?q=site&amp;page=3" in addresses
    assert all("q=site" in address for address in addresses)
    assert 'aria-current="page"' in html


def test_a_long_list_offers_its_ends_and_the_neighbours():
    paginator = Paginator(range(400), 10)
    assert list(page_numbers(paginator, 7)) == [1, 0, 6, 7, 8, 0, 40]
    assert list(page_numbers(paginator, 1)) == [1, 2, 0, 40]
    assert list(page_numbers(Paginator(range(5), 10), 1)) == [1]


def test_initials_skip_the_small_words():
    assert initials("Les Ateliers du Beffroi") == "AB"
    assert initials("epicerie") == "E"
    assert initials("") == ""
    assert initials("Léa 😀 Dupont") == "LD"
    assert initials("« Fanal »") == "F"


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(minutes=3), "moins d’une heure"),
        (timedelta(hours=1), "une heure"),
        (timedelta(hours=23), "23 heures"),
        (timedelta(days=11), "11 jours"),
        (timedelta(days=59), "59 jours"),
        (timedelta(days=130), "4 mois"),
    ],
)
def test_an_age_is_told_in_one_unit(passed, words):
    assert age(timezone.now() - passed) == words


def test_a_name_keeps_its_tone():
    assert name_tone("Nordvent Énergie") == name_tone("Nordvent Énergie")


def test_the_page_of_our_own_errors_needs_nothing_at_all(django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = trouble.page(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "Une erreur de notre côté" in answer.content.decode()


def test_a_lost_page_is_of_the_house(client):
    answer = client.get("/nulle-part/")
    assert answer.status_code == 404
    assert "Nous ne trouvons pas cette page" in answer.content.decode()


def test_the_base_page_speaks_its_language_and_lets_one_skip_the_menu(client):
    html = client.get("/comment-ca-marche/").content.decode()
    assert '<html lang="fr">' in html
    assert html.index('class="skip"') < html.index("<header")
    assert 'href="#main"' in html
    assert 'id="main"' in html


def test_every_script_carries_the_nonce_of_its_page(client):
    answer = client.get("/comment-ca-marche/")
    (nonce,) = re.findall(r"'nonce-([^']+)'", answer["Content-Security-Policy"].split(";")[1])
    scripts = re.findall(r"<script\b[^>]*>", answer.content.decode())
    assert scripts
    for script in scripts:
        assert f'nonce="{nonce}"' in script


def test_an_icon_is_silent():
    html = engines["django"].from_string('{% load looks %}{% icon "bell" %}').render()
    assert 'icons.svg#bell"' in html
    assert 'aria-hidden="true"' in html


def test_a_visitor_reads_in_english_without_an_account(client):
    answer = client.post("/langue/", {"language": "en", "next": "/comment-ca-marche/"}, follow=True)
    assert answer.redirect_chain == [("/comment-ca-marche/", 302)]
    assert '<html lang="en">' in answer.content.decode()
