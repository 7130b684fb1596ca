"""A text written twice by its author: who reads which first, what is searched, copied, and when the second is behind."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from common.spoken import TONGUES, Spoken
from marketplace.actions.gatherings import gatherings
from marketplace.actions.market import offers, splitting
from marketplace.forms.market.needs import NeedForm
from marketplace.models import Gathering, Need, NeedSkill
from tests.factories import make_need, make_offer, make_organisation, make_skill, make_user

BRETON = TONGUES[Spoken.BRETON].tag
TWICE = {
    "second_language": BRETON,
    "second_title": "Adober al lec'hienn",
    "second_text": "Ezhomm hon eus eus ul lec'hienn nevez.",
}


def reader(**fields):
    return make_user(**fields)


def sent(page, **changed):
    """What the form of this page would send, as it stands."""
    form = page.context["form"]
    data = {}
    for name in form.fields:
        value = form[name].value()
        if isinstance(value, bool) or value is None:
            continue
        data[name] = value
    for widget in ("commune",):
        town = form[widget].value()
        code = getattr(town, "code", None) or getattr(form.instance, "commune_id", "")
        data.pop(widget, None)
        data |= {widget: str(form.instance.commune), f"{widget}-code": code}
    return data | {"save": "yes", "acting": page.context.get("opened_for") or ""} | changed


# --- who reads which -------------------------------------------------------------------------
def test_whoever_reads_french_sees_the_french_first_and_a_link_to_the_other(client):
    need = make_need(title="Refaire le site", **TWICE)
    page = client.get(need.get_absolute_url()).text
    assert "<h1>Refaire le site</h1>" in page
    assert 'href="#autre-langue" hreflang="br"' in page
    assert f'lang="{BRETON}"' in page.split('id="autre-langue"')[1].split("</section>")[0]
    assert TWICE["second_text"].replace("'", "&#x27;") in page


def test_whoever_would_rather_read_breton_sees_it_first_and_the_french_below(client):
    need = make_need(title="Refaire le site", context="Il est ancien.", **TWICE)
    client.force_login(reader(reads=BRETON))
    page = client.get(need.get_absolute_url()).text
    assert '<h1 lang="br">Adober al lec&#x27;hienn</h1>' in page
    below = page.split('id="autre-langue"')[1].split("</section>")[0]
    assert "Refaire le site" in below
    assert "Il est ancien." in below
    assert 'lang="br"' not in below


def test_whoever_reads_the_site_in_english_sees_an_english_text_first(client):
    need = make_need(
        title="Refaire le site",
        second_language="en",
        second_title="Redo the site",
        second_text="Ours is old.",
    )
    client.force_login(reader(language="en"))
    page = client.get(need.get_absolute_url()).text
    assert "<h1>Redo the site</h1>" in page, "the page is in English: no lang is needed"
    assert 'lang="fr"' in page.split('id="autre-langue"')[1].split("</section>")[0]


def test_what_one_reader_would_rather_read_isnt_the_next_ones(client):
    need = make_need(title="Refaire le site", **TWICE)
    client.force_login(reader(reads=BRETON))
    client.get(need.get_absolute_url())
    client.logout()
    assert "<h1>Refaire le site</h1>" in client.get(need.get_absolute_url()).text


def test_a_text_from_right_to_left_says_so(client):
    need = make_need(
        second_language="ps", second_title="مرسته", second_text="موږ مرستې ته اړتیا لرو."
    )
    assert 'lang="ps" dir="rtl"' in client.get(need.get_absolute_url()).text
    client.force_login(reader(reads="ps"))
    page = client.get(need.get_absolute_url()).text
    assert 'aria-current="page" lang="ps" dir="rtl">مرسته</li>' in page
    cards = client.get(reverse("needs")).text
    assert '<h3 class="card-title" lang="ps" dir="rtl">' in cards, "it begins on the right"


def test_a_part_of_a_second_text_is_shown_to_nobody(client):
    need = make_need(**TWICE | {"second_language": ""})
    assert "autre-langue" not in client.get(need.get_absolute_url()).text


def test_cards_and_offers_are_read_in_the_same_way(client):
    person = reader(reads=BRETON)
    make_need(title="Refaire le site", **TWICE)
    offer = make_offer(person, title="Webmestre", about="Je sais.", **TWICE)
    client.force_login(person)
    cards = client.get(reverse("needs")).text
    assert "Adober al lec&#x27;hienn" in cards
    assert "Refaire le site" not in cards
    page = client.get(offer.get_absolute_url()).text
    assert '<span lang="br">Adober al lec&#x27;hienn</span>' in page
    assert "Webmestre" in page.split('id="autre-langue"')[1]


# --- searched, copied ------------------------------------------------------------------------
def test_both_texts_are_searched():
    need = make_need(title="Refaire le site", **TWICE)
    offer = make_offer(**TWICE)
    for word in ("adober", "ezhomm"):
        assert need in Need.objects.searched(word)
    assert "adober" in offer.search_text


@pytest.mark.parametrize("word", ["بازسازی", "وبسایت", "به‌روز", "به روز", "۱۴۰۳"])
def test_a_text_in_arabic_letters_is_searched(word):
    twice = {"second_title": "بازسازی وبسایت", "second_text": "تا سال ۱۴۰۳ به‌روز شود."}
    need = make_need(second_language="prs", **twice)
    assert need in Need.objects.searched(word)


def test_the_other_half_of_a_split_need_keeps_the_second_text_and_says_that_it_may_be_behind():
    need = make_need(hours=20, **TWICE)
    one, other = make_skill("a-un"), make_skill("a-deux")
    for skill in (one, other):
        NeedSkill.objects.create(need=need, skill=skill)
    second = splitting.split(need, skills=[other], title="L’autre", hours=5, by=need.created_by)
    assert second.second_text == TWICE["second_text"]
    assert second.is_second_behind
    need.refresh_from_db()
    assert not need.is_second_behind


def test_the_feed_and_search_engines_read_both_each_in_its_language(client):
    need = make_need(title="Refaire le site", deliverable="Un site.", time="OWN", **TWICE)
    feed = client.get(reverse("needs-feed")).text
    assert '<entry xml:lang="fr">' in feed
    assert "lang=&quot;br&quot;" in feed or 'lang="br"' in feed
    assert "Adober al lec" in feed
    page = client.get(need.get_absolute_url())
    (job,) = page.context["shared"].told
    assert job["title"] == "Refaire le site"
    assert '<div lang="br" xml:lang="br" dir="ltr"><p>Adober al lec' in job["description"]


# --- written ---------------------------------------------------------------------------------
@pytest.fixture
def drafted(client):
    need = make_need(status="DRAFT", title="Refaire le site")
    client.force_login(need.created_by)
    return need


def test_it_is_folded_until_something_is_in_it(client, drafted):
    url = reverse("need-edit", args=[drafted.pk])
    fold = (
        client.get(url).text.split("Écrire aussi dans une autre langue")[0].rsplit("<details", 1)[1]
    )
    assert "open" not in fold.split(">")[0]
    Need.objects.filter(pk=drafted.pk).update(**TWICE)
    fold = (
        client.get(url).text.split("Écrire aussi dans une autre langue")[0].rsplit("<details", 1)[1]
    )
    assert "open" in fold


def test_a_need_is_written_twice_and_may_be_once_again(client, drafted):
    url = reverse("need-edit", args=[drafted.pk])
    client.post(url, sent(client.get(url), **TWICE))
    drafted.refresh_from_db()
    assert {name: getattr(drafted, name) for name in TWICE} == TWICE
    client.post(url, sent(client.get(url), **dict.fromkeys(TWICE, "")))
    drafted.refresh_from_db()
    assert not drafted.is_written_twice
    assert drafted.second_text == ""


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"second_language": ""}, "Dites dans quelle langue"),
        ({"second_title": ""}, "Donnez aussi le titre"),
        ({"second_text": ""}, "Donnez aussi le texte"),
        ({"second_language": "fr"}, "Sélectionnez un choix valide"),
        ({"second_language": "fsl"}, "Sélectionnez un choix valide"),
        ({"second_title": "…"}, "aucune lettre"),
        ({"second_title": "x" * 121}, "121"),
        ({"second_text": "Skrivit din : 06 12 34 56 78"}, "06 12 34 56 78"),
    ],
)
def test_what_lacks_is_said_beside_its_field_and_what_was_typed_stays(client, changed, said):
    need = make_need(status="DRAFT")
    client.force_login(need.created_by)
    data = sent(client.get(reverse("need-edit", args=[need.pk])), **TWICE | changed)
    form = NeedForm(data, instance=need)
    assert not form.is_valid()
    name = next(iter(changed))
    assert said in str(form.errors[name])
    kept = next(one for one in TWICE if one != name)
    assert form[kept].value() == TWICE[kept]


def test_a_french_text_that_changes_leaves_the_second_behind_until_it_is_read_again(
    client, drafted
):
    Need.objects.filter(pk=drafted.pk).update(**TWICE)
    url = reverse("need-edit", args=[drafted.pk])
    answer = client.post(url, sent(client.get(url), title="Refaire tout le site"), follow=True)
    drafted.refresh_from_db()
    assert drafted.is_second_behind
    assert "celui en breton n’est peut-être plus à jour" in answer.text
    again = client.get(url)
    assert 'name="second_holds"' in again.text
    client.post(url, sent(again, second_holds="on"))
    drafted.refresh_from_db()
    assert not drafted.is_second_behind


def test_other_ends_of_lines_are_no_change(client, drafted):
    Need.objects.filter(pk=drafted.pk).update(**TWICE, context="Une ligne.\nUne autre.")
    url = reverse("need-edit", args=[drafted.pk])
    client.post(url, sent(client.get(url), context="Une ligne.\r\nUne autre."))
    drafted.refresh_from_db()
    assert not drafted.is_second_behind


def test_a_french_text_and_a_second_one_that_change_together_are_level(client, drafted):
    Need.objects.filter(pk=drafted.pk).update(**TWICE)
    url = reverse("need-edit", args=[drafted.pk])
    changed = {"title": "Refaire tout le site", "second_title": "Adober al lec'hienn a-bezh"}
    client.post(url, sent(client.get(url), **changed))
    drafted.refresh_from_db()
    assert (drafted.second_title, drafted.is_second_behind) == (changed["second_title"], False)


def test_nobody_but_those_who_answer_for_it_reads_that_it_is_behind(client):
    need = make_need(**TWICE, is_second_behind=True)
    page, _main, _end = client.get(need.get_absolute_url()).text.partition("</main>")
    assert "plus à jour" not in page
    client.force_login(need.created_by)
    page, _main, _end = client.get(need.get_absolute_url()).text.partition("</main>")
    assert "plus à jour" in page


def test_a_gathering_is_copied_with_both_its_texts():
    host = make_organisation(member=(member := make_user()))
    begins = timezone.localtime() + timedelta(days=9)
    first = Gathering.objects.create(
        host=host, pole=host.pole, kind="MEETING", title="Le Club", about="On se voit.", seats=9,
        starts_at=begins, ends_at=begins + timedelta(hours=2), commune=host.commune,
        created_by=member, is_second_behind=True, **TWICE,
    )  # fmt: skip
    later = begins + timedelta(days=90)
    (twin,) = gatherings.copy(first, on=[later], by=member, now=timezone.now())
    assert {name: getattr(twin, name) for name in TWICE} == TWICE
    assert twin.is_second_behind, "it was behind, and nobody has read it again"


def test_an_offer_changed_by_somebody_else_is_agreed_to_anew_when_its_second_text_is():
    assert {*TWICE} <= {*offers.ONE_VALUE}
