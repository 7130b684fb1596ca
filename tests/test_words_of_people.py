"""A screen reader changes its voice for what somebody has written in the language that the page isn't in."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

from tests.factories import make_need, make_offer, make_proposal, make_user

ROOT = Path(__file__).resolve().parent.parent / "templates"
# Paragraphs that somebody may have written, right behind the tag that holds them.
HELD = re.compile(
    r"<(?:blockquote|div|dd)(?P<said>[^<>]*)>(?:<p>)?\{\{ (?P<words>[\w.]+)\|linebreaks"
)
# Written by the site, or by its pôle for its page in French; and what stands inside an element that says its language.
OURS = ("template.", "finding.", "text.")


def test_paragraphs_of_people_say_their_language():
    silent = [
        f"{path.relative_to(ROOT)}: {found['words']}"
        for path in sorted(ROOT.rglob("*.html"))
        for found in HELD.finditer(path.read_text())
        if "said_in" not in found["said"] and not found["words"].startswith(OURS)
    ]
    assert silent == []


@pytest.mark.django_db
def test_the_word_that_came_with_a_proposal_is_read_in_its_language(client):
    need = make_need(member=(head := make_user()))
    client.force_login(head)
    for word, said in (
        ("I have done this for ten years with our team, and would like to help.", ' lang="en"'),
        ("Je fais cela depuis dix ans avec mon équipe.", ""),
    ):
        proposal = make_proposal(need, make_offer(make_user()), word=word)
        page = client.get(reverse("proposal", args=[proposal.pk])).text
        assert f'<blockquote class="prose"{said}><p>{word[:20]}' in page
