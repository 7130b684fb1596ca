"""Light formatting in messages: what it makes, and all that it doesn't let through."""

import re

import pytest

from marketplace.words.markdown import as_html, as_words


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


@pytest.mark.parametrize(
    "leading",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "\\/evil.example",
        "/%2fevil.example",
        "/%5cevil.example",
        "%2f%2fevil.example",
        "/\tevil.example",
        "/%09/evil.example",
        "/%0a/evil.example",
        "///evil.example",
        "/besoins/..//evil.example",
        "http:/evil.example",
        "http:evil.example",
        "https://exemple.org%2f@evil.example",
        "https://exemple.org@evil.example",
        "https://[evil",
        "ftp://evil.example",
        "evil.example",
        "?page=2",
        "/une-page-qui-n-existe-pas/",
        "mailto:personne",
        "&sol;&sol;evil.example",
        "&#x2f;&#x2f;evil.example",
    ],
)
@pytest.mark.parametrize("way", ["[ici]({})", "[ici](<{}>)", "[ici][1]\n\n[1]: {}"])
def test_what_leads_elsewhere_without_saying_so_is_no_link(leading, way):
    made = as_html(way.format(leading))
    assert "evil.example" not in "".join(re.findall(r'href="([^"]*)"', made)).replace(
        "http://evil.example",
        "",  # one that is written out says where it leads
    )
    assert 'href="/' not in made
    assert 'href="?' not in made
    assert 'href="mailto' not in made


@pytest.mark.parametrize(
    "leading",
    ["/besoins/", "/besoins/?q=a%20b", "https://exemple.org/a%20b", "mailto:a@example.org"],
)
def test_a_page_of_ours_another_site_and_an_address_are_links(leading):
    assert f'<a href="{leading}"' in as_html(f"[ici]({leading})")
