"""Writing a letter: once, in the reader's language, in the caller's transaction."""

import pytest
from django.db import IntegrityError, transaction

from notifications import outbox
from notifications.models import Notification, Status
from tests.factories import make_user


def test_telling_twice_is_telling_once(post, reader):
    first, second = post(reader), post(reader)
    assert first == second
    assert Notification.objects.count() == 1


def test_two_people_hear_of_the_same_fact(post, reader):
    post(reader)
    post(make_user())
    assert Notification.objects.count() == 2


def test_a_letter_goes_with_the_transaction_that_told_it(post, reader):
    with transaction.atomic():
        post(reader)
        transaction.set_rollback(True)
    assert not Notification.objects.exists()


def test_somebody_without_an_account_gets_one_letter_a_key(post):
    for address in ("Nina@Example.org", "nina@example.org", "paul@example.org"):
        post(None, address=address)
    assert set(Notification.objects.values_list("address", flat=True)) == {
        "nina@example.org",
        "paul@example.org",
    }


def test_a_row_refused_for_another_reason_than_twice_says_which(post, reader):
    with pytest.raises(IntegrityError), transaction.atomic():
        post(reader, reply_to=None)


def test_a_letter_needs_somebody(post):
    with pytest.raises(ValueError, match="recipient or an address"):
        post(None)


def test_a_text_is_not_html(post, reader):
    letter = post(reader, what="L’arbre & l'eau <b>")
    assert "« L’arbre & l'eau <b> »" in letter.text
    assert "L’arbre &amp; l&#x27;eau &lt;b&gt;" in letter.html


def test_the_reader_is_greeted_and_knows_where_to_go(post, reader):
    letter = post(reader)
    assert letter.text.startswith("Bonjour Aïcha,\n\nL’association")
    assert "http://testserver/besoins/12/" in letter.text
    assert 'href="http://testserver/besoins/12/"' in letter.html


@pytest.mark.parametrize(
    ("language", "word"), [("fr", "Non lu"), ("en", "Unread"), ("", "Non lu"), ("xx", "Non lu")]
)
def test_a_letter_speaks_the_language_of_its_reader(post, language, word):
    assert post(make_user(language=language)).subject.startswith(word)


def test_a_subject_stays_on_its_line(post, reader):
    letter = post(reader, what="un\r\nBcc: tout@example.org" + "é" * 300)
    assert "\n" not in letter.subject
    assert len(letter.subject) == 200


def test_a_link_of_somebody_s_message_does_not_become_our_button(post, reader):
    letter = post(reader, words="Répondre : https://ailleurs.example.org/piege")
    assert letter.html.count("background:#0f5c5c") == 1
    assert 'href="http://testserver/besoins/12/" style' in letter.html


def test_lists_and_answers_in_one_click(post, reader):
    answers = "Tout va bien : http://testserver/suivi/1/\nUn doute : http://testserver/suivi/2/"
    words = f"- un\n- deux\n\nUn clic suffit :\n\n{answers}"
    html = post(reader, words=words).html
    assert html.count("<li") == 2
    assert ">Tout va bien</a>" in html
    assert ">Un doute</a>" in html
    assert html.count("background:#0f5c5c") == 1  # the page; of two answers none is put forward


def test_a_letter_has_one_main_button(post, reader):
    words = "Votre besoin : http://testserver/besoins/1/\n\nVotre page : http://testserver/pages/1/"
    html = post(reader, words=words).html
    assert html.count("border-radius:8px") == 3
    assert html.count("background:#0f5c5c") == 1
    assert html.index("background:#0f5c5c") < html.index(">Votre besoin</a>")


def test_a_fact_that_is_no_longer_true_stays_here(post, reader):
    kept = post(reader, "other:1")
    post(reader, "proposal:7:made")
    assert outbox.cancel(key_prefix="proposal:7:", reason="withdrawn") == 1
    kept.refresh_from_db()
    assert kept.status == Status.WAITING
    cancelled = Notification.objects.get(key="proposal:7:made")
    assert (cancelled.status, cancelled.last_error) == (Status.CANCELLED, "withdrawn")


def test_a_french_letter_breaks_no_line_before_a_guillemet(post, reader):
    html = post(reader, what="Le toit", words="Ça vous va ? Oui !").html
    assert "«\N{NO-BREAK SPACE}Le toit\N{NO-BREAK SPACE}»" in html
    assert "va\N{NO-BREAK SPACE}? Oui\N{NO-BREAK SPACE}!" in html
    assert "va ? Oui" in post(make_user(language="en"), words="Ça vous va ? Oui !").html
