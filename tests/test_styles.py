"""No page lacks a style or an icon, and none is sent that no page uses."""

import re
from pathlib import Path

import pytest

from tests import styles

ICONS = (styles.ROOT / "static/icons.svg").read_text(encoding="utf-8")


def rules(sheet: str) -> list[str]:
    """The selectors of a sheet, those within @media and the like too."""
    found = []
    for head, body in styles.blocks(re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)):
        if not head.startswith("@"):
            found += [" ".join(one.split()) for one in styles.split(head)]
        elif not head.startswith("@keyframes"):
            found += rules(body)
    return found


def test_bootstraps_sheet_is_drawn_anew_when_a_page_asks_for_more_or_less():
    assert styles.USED.read_text(encoding="utf-8") == styles.drawn(), "run `python -m tests.styles`"


def test_each_rule_of_bootstrap_that_some_page_may_match_is_there():
    whole, used = rules(styles.WHOLE.read_text("utf-8")), rules(styles.USED.read_text("utf-8"))
    assert {one for one in whole if styles.may_match(one)} == set(used)


def test_our_own_sheet_has_no_rule_for_what_stands_nowhere():
    idle = [one for one in rules(styles.OURS.read_text("utf-8")) if not styles.may_match(one)]
    assert not idle


@pytest.mark.parametrize(
    ("page", "name"),
    [
        ('<p class="btn btn-primary">', "btn-primary"),
        ('<p class="btn btn-{{ look }}">', "btn-danger"),
        ("<p class=\"x{% if one == 'x' %} btn-{{ look }}{% endif %}\">", "btn-danger"),
        ('<p class="tone-{% if a == "b" %}red{% else %}amber{% endif %}">', "tone-red"),
        ('<p class="{{ size }}-wide">', "btn-wide"),
        ('{% include "a.html" with look="btn-danger" only %}', "btn-danger"),
    ],
)
def test_a_class_is_found_however_a_page_puts_it_together(page, name):
    found = styles.Words()
    found.whole.update(styles.WORD.findall(page))
    styles.add_composed(found, styles.CLASS_VALUE.findall(page))
    assert found.may_be(name)
    assert not found.may_be("dropdown-menu")


def test_no_page_writes_its_classes_as_the_drawing_doesnt_read_them():
    """Without quotes, or between single ones, a class that is put together would be missed."""
    for page in Path(styles.ROOT / "templates").rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        written = re.findall(r"<[a-z][^<>]*?\sclass\s*=\s*(?!\")", text)
        assert not written, page


@pytest.mark.parametrize(
    ("selector", "may"),
    [
        ("a", True),
        (".btn:not(.dropdown-toggle)", True),
        (".dropdown-toggle", False),
        (".btn .dropdown-toggle::after", False),
        ("[data-bs-theme=dark] .btn", False),
        ('.form-select[size]:not([size="1"])', True),
        ("label > input", True),
    ],
)
def test_a_selector_may_match_where_all_that_it_asks_for_may_be(selector, may):
    assert styles.may_match(selector) is may


def test_no_icon_is_sent_that_no_page_draws():
    drawn = set(re.findall(r'<symbol id="([^"]+)"', ICONS))
    assert drawn <= named(), drawn - named()


def named() -> set[str]:
    """Names of icons as pages, views and the data write them, and whatever else stands between quotes."""
    data = (styles.ROOT / "marketplace" / "data").glob("*.toml")
    places = [*(styles.ROOT / "templates").rglob("*.html"), *styles.sources(), *data]
    return {
        word
        for place in places
        for word in re.findall(r"""["']([a-z][a-z0-9-]*)["']""", place.read_text(encoding="utf-8"))
    }
