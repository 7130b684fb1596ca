"""Of an answer only what its writer has just written is kept, whatever mail program they use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.replies import markup, trimming

OURS = "Trait d’union <bonjour@example.org>"
MARKER = "— Pour répondre, écrivez au-dessus de cette ligne —"
ANSWER = "Bonjour,\n\nJeudi à 9 h me va.\nÀ jeudi !"

FRENCH_GMAIL = f"""{ANSWER}

Le mar. 24 nov. 2026 à 10:02, {OURS} a écrit :

> {MARKER}
>
> Bonjour Noé,
>
> Êtes-vous libre jeudi ?
"""
FRENCH_GMAIL_WRAPPED = f"""{ANSWER}

Le mar. 24 nov. 2026 à 10:02, Trait d’union <
bonjour@example.org> a écrit :

> Bonjour Noé,
"""
ENGLISH_GMAIL = f"""{ANSWER}

On Tue, 24 Nov 2026 at 10:02, {OURS} wrote:
> Bonjour Noé,
"""
APPLE = f"""{ANSWER}

Envoyé de mon iPhone

> Le 24 nov. 2026 à 10:02, {OURS} a écrit :
>
> Bonjour Noé,
"""
THUNDERBIRD = f"""{ANSWER}

--{" "}
Noé Martin
06 12 34 56 78

Le 24/11/2026 à 10:02, {OURS} a écrit :
> Bonjour Noé,
"""
OUTLOOK = f"""{ANSWER}

________________________________
De : {OURS}
Envoyé : mardi 24 novembre 2026 10:02
À : noe@example.org
Objet : Un message d’Aline

{MARKER}

Bonjour Noé,
"""
OUTLOOK_BOLD = f"""{ANSWER}

*De :* {OURS}
*Envoyé :* mardi 24 novembre 2026 10:02
*À :* noe@example.org
*Objet :* Un message d’Aline

Bonjour Noé,
"""
OUTLOOK_ENGLISH = f"""{ANSWER}

From: {OURS}
Sent: Tuesday, November 24, 2026 10:02 AM
To: noe@example.org
Subject: A message from Aline

Hello Noé,
"""
OUTLOOK_PHONE = f"""{ANSWER}

Télécharger Outlook pour Android<https://aka.ms/x>
________________________________
From: {OURS}
Sent: Tuesday, November 24, 2026 10:02:00 AM
To: noe@example.org
Subject: x

Hello
"""
ORANGE = f"""{ANSWER}

> Message du 24/11/26 10:02
> De : {OURS}
> A : noe@example.org
> Objet : Un message
>
> Bonjour Noé,
"""
OLD_OUTLOOK = f"""{ANSWER}

-----Message d'origine-----
De : Trait d’union
Bonjour Noé,
"""
YAHOO = f"""{ANSWER}

    Le mardi 24 novembre 2026 à 10:02:00 UTC+1, {OURS} a écrit :

 {MARKER}

 Bonjour Noé,
"""
GERMAN = f"""{ANSWER}

Am 24.11.2026 um 10:02 schrieb {OURS}:

{MARKER}

Bonjour Noé,
"""
SAMSUNG = f"""{ANSWER}

Envoyé depuis mon appareil Samsung Galaxy


-------- Message d’origine --------
De : {OURS}
Date : 24/11/2026 10:02 (GMT+01:00)
À : noe@example.org
Objet : x
"""
PROTON = f"""{ANSWER}

Envoyé avec la messagerie sécurisée [Proton Mail](https://proton.me/mail/home).

Le mardi 24 novembre 2026 à 10:02, {OURS} a écrit :

> Bonjour Noé,
"""
BELOW = f"""Le 24/11/2026 à 10:02, {OURS} a écrit :
> Êtes-vous libre jeudi ?

{ANSWER}
"""
PROGRAMS = {name: value for name, value in globals().items() if name.isupper() and ANSWER in str(value) and value != ANSWER}  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS)
def test_each_mail_program(program):
    assert trimming.own_words(PROGRAMS[program]) == ANSWER


def test_an_answer_written_between_the_quoted_lines_is_kept():
    text = f"Voici :\n\nLe 24/11/2026, {OURS} a écrit :\n> Jeudi ?\nOui.\n> À Lille ?\nNon, à Roubaix.\n"
    assert trimming.own_words(text) == "Voici :\n\nOui.\nNon, à Roubaix."


@pytest.mark.parametrize(
    "words",
    [
        "Le président de la fédération a écrit :\nnous sommes d’accord, venez jeudi.",
        "Le 3 mars, le maire a écrit :\nNotre salle est libre.",
        "Le dossier est prêt.\nOn Monday I wrote:\nnothing.",
        "De : Lille\nÀ : Roubaix\nen train.",
        "Envoyé par la poste hier, vous l’aurez demain.",
        "Trois choses :\n- le lieu\n- la date\n-- et le reste",
        "Le devis est là.\n\n5 > 3, et voilà.",
    ],
)
def test_what_only_looks_like_a_quotation_is_kept(words):
    assert trimming.own_words(words) == words


@pytest.mark.parametrize("words", ["", "> tout est cité", "-- \nNoé", f"{MARKER}\nBonjour"])
def test_nothing_of_one_s_own_is_nothing(words):
    assert trimming.own_words(words) == ""


PAGES = {
    "gmail": '<div dir="ltr">Oui, <b>jeudi</b>.<br><br>Noé</div><br><div class="gmail_quote"><div class="gmail_attr">Le mar. 24 nov. 2026 à 10:02, Trait d’union &lt;bonjour@example.org&gt; a écrit :<br></div><blockquote>Bonjour</blockquote></div>',
    "outlook": '<div>Oui, jeudi.</div><div><br></div><div>Noé</div><hr><div id="divRplyFwdMsg"><b>De :</b> Trait</div><div>Bonjour Noé, êtes-vous libre ?</div>',
    "apple": '<html><head><style>p{}</style></head><body>Oui, jeudi.<div><br></div><div>Noé<br><blockquote type="cite">Le 24 nov. 2026 à 10:02, Trait d’union a écrit :<p>Bonjour</p></blockquote></div></body></html>',
    "thunderbird": '<p>Oui, jeudi.</p><p>Noé</p><div class="moz-cite-prefix">Le 24/11/2026 à 10:02, Trait d’union a écrit :<br></div><blockquote type="cite"><p>Bonjour</p></blockquote>',
}


@pytest.mark.parametrize("program", PAGES)
def test_a_page_without_plain_text(program):
    words = trimming.own_words(markup.read_aloud(PAGES[program]))
    assert words.split() == ["Oui,", "jeudi.", "Noé"]


def test_a_page_keeps_its_lists_and_hides_its_scripts():
    page = "<script>alert(1)</script><ul><li>un<li>deux &amp; trois</ul><p>fin</p>"
    assert markup.read_aloud(page).split("\n")[:3] == ["- un", "- deux & trois", "fin"]


@given(st.text())
def test_any_text_is_only_ever_shortened(text):
    words = trimming.own_words(text)
    assert set(words.split()) <= set(text.split())
    assert trimming.own_words(words) == words or len(trimming.own_words(words)) < len(words)


@given(st.text(alphabet="<>abc/ &;\"'=!-\n", max_size=200))
def test_any_page_can_be_read(page):
    markup.read_aloud(page)
