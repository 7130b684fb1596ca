"""What has to be put right is listed from the top of the page to its end: a form has its fields in the order of its page."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django import forms

import accounts.forms
import marketplace.forms

pytestmark = pytest.mark.once
TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
INCLUDED = re.compile(r'{% include "([^"]+)"[^%]*%}')
SHOWN = re.compile(r"\bform\.(\w+)(?:\.as_field_group| ?}})")


def every_form() -> list[type[forms.BaseForm]]:
    for package in (accounts.forms, marketplace.forms):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    ours = ("accounts.forms", "marketplace.forms")
    return [form for form in below(forms.BaseForm) if form.__module__.startswith(ours)]


def below(form: type) -> Iterator[type]:
    for one in form.__subclasses__():
        yield one
        yield from below(one)


def whole(template: Path, depth: int = 3) -> str:
    """With what it includes, in its place."""
    text = template.read_text(encoding="utf-8")

    def put_in(found: re.Match) -> str:
        part = TEMPLATES / found[1]
        return whole(part, depth - 1) if depth and part.exists() else ""

    return INCLUDED.sub(put_in, text.replace("components/error_summary.html", "ERRORS"))


def in_order(form: type[forms.BaseForm]) -> list[str]:
    names = [name for name, field in form.base_fields.items() if not field.widget.is_hidden]
    first = [name for name in form.field_order or () if name in names]
    return first + [name for name in names if name not in first]


def pages() -> Iterator[tuple[str, list[str]]]:
    for template in sorted(TEMPLATES.rglob("*.html")):
        if "error_summary" in template.read_text(encoding="utf-8"):
            yield (
                str(template.relative_to(TEMPLATES)),
                list(dict.fromkeys(SHOWN.findall(whole(template)))),
            )


def test_each_form_has_its_fields_in_the_order_of_its_page():
    found, compared = [], 0
    ours = every_form()
    for page, shown in pages():
        for form in ours:
            if len(shown) < 2 or not set(shown) <= set(form.base_fields):
                continue
            order, compared = in_order(form), compared + 1
            there = [name for name in shown if name in order]
            if there != [name for name in order if name in there]:
                found.append(f"{page}: {there}, but {form.__name__}: {order}")
    assert found == []
    assert compared > 10
