"""An administrator in a process of its own: `python -m tests.marketplace.words.back_room WORD`.

Run by test_words_processes. The first time it makes the skill `graphisme`; with a word, it adds the
word to it as a synonym, through the admin's own page.
"""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from marketplace.models import Skill  # noqa: E402
from tests.factories import make_skill, make_user  # noqa: E402


def add(word: str) -> int:
    skill = Skill.objects.get(code="graphisme")
    client = Client()
    client.force_login(make_user(is_staff=True, is_superuser=True))
    form = {
        "code": skill.code, "family": skill.family_id, "label_fr": skill.label_fr,
        "label_en": skill.label_en, "rome_macro": "[]", "_save": "yes",
        "synonyms-TOTAL_FORMS": 1, "synonyms-INITIAL_FORMS": 0,
        "synonyms-0-lang": "fr", "synonyms-0-skill": skill.pk, "synonyms-0-text": word,
    }  # fmt: skip
    return client.post(reverse("admin:marketplace_skill_change", args=[skill.pk]), form).status_code


if __name__ == "__main__":
    if len(sys.argv) == 1:
        make_skill("graphisme", "Graphisme")
    elif (status := add(sys.argv[1])) != 302:
        sys.exit(f"The admin answered {status}.")
