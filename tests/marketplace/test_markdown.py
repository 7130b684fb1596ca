"""Light formatting in messages: what it makes, and all that it doesn't let through."""

import pytest

from marketplace.markdown import as_html, as_words


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("**gras** et *italique*", "<strong>gras</strong> et <em>italique</em>"),
        ("- un\n- deux", "<li>un</li>"),
        ("un\ndeux", "un<br>\ndeux"),
        ("> cité", "<blockquote>"),
        ("3. trois", '<ol start="3">'),
        (
            "[ici](https://exemple.org)",
            '<a href="https://exemple.org" rel="nofollow noopener">ici</a>',
        ),
        ("https://exemple.org/x", '<a href="https://exemple.org/x" rel="nofollow noopener">'),
        ("2 < 3 & 4", "2 &lt; 3 &amp; 4"),
    ],
)
def test_light_formatting(typed, shown):
    assert shown in as_html(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![image](https://exemple.org/x.png)",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt&colon;alert(1))",
        "[x](data:text/html,<script>)",
        "[x](vbscript:x)",
        '[x](https://exemple.org "onmouseover=alert(1)")',
        "<a href='javascript:alert(1)'>x</a>",
        "# Un titre",
        "<iframe src=//exemple.org></iframe>",
        "<svg/onload=alert(1)>",
    ],
)
def test_nothing_else_comes_through(typed):
    made = as_html(typed).lower()
    for never in (
        "<script",
        "<img",
        "<iframe",
        "<svg",
        "<h1",
        'href="java',
        'href="data',
        "title=",
    ):
        assert never not in made


def test_an_excerpt_has_the_words_without_their_marks():
    typed = (
        "Bonjour, **jeudi** :\n\n- la salle\n- l'écran & le son <3\n\n[ici](https://exemple.org)"
    )
    assert as_words(typed) == "Bonjour, jeudi : la salle l'écran & le son <3 ici"
