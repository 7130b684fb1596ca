"""The back room of the skills, through the browser's door."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.market import skill_edits
from marketplace.models.market.skills import Skill, SkillProposal, SkillSynonym
from marketplace.words import suggest
from tests.factories import make_need, make_skill, make_user


@pytest.fixture
def office(client):
    client.force_login(make_user(is_staff=True, is_superuser=True))
    return client


def synonym_form(skill, *rows):
    data = {
        "code": skill.code, "family": skill.family_id, "label_fr": skill.label_fr,
        "label_en": skill.label_en, "rome_macro": "[]", "_save": "yes",
        "synonyms-TOTAL_FORMS": len(rows), "synonyms-INITIAL_FORMS": sum("id" in r for r in rows),
    }  # fmt: skip
    for number, row in enumerate(rows):
        fields = {"lang": "fr", "skill": skill.pk} | row
        data |= {f"synonyms-{number}-{name}": value for name, value in fields.items()}
    return data


def test_a_synonym_typed_in_the_admin_is_read_at_once(office):
    skill = make_skill("graphisme", "Graphisme")
    url = reverse("admin:marketplace_skill_change", args=[skill.pk])
    assert office.get(url).status_code == 200
    answer = office.post(url, synonym_form(skill, {"text": "zorglubeur"}))
    assert answer.status_code == 302
    assert [s.code for s in suggest("un zorglubeur")] == ["graphisme"]


def test_a_synonym_of_our_files_taken_away_stays_away(office):
    skill = make_skill("graphisme", "Graphisme")
    synonym = SkillSynonym.objects.create(skill=skill, lang="fr", text="zorglubeur", from_file=True)
    row = {"id": synonym.pk, "text": "zorglubeur", "DELETE": "on"}
    office.post(
        reverse("admin:marketplace_skill_change", args=[skill.pk]), synonym_form(skill, row)
    )
    synonym.refresh_from_db()
    assert synonym.withdrawn_at
    assert suggest("zorglubeur") == []


def test_the_effect_of_a_merge_is_shown_before_it_is_done(office):
    old, into = make_skill("logo", "Logo"), make_skill("graphisme", "Graphisme")
    need = make_need(skills=("logo",))
    url = reverse("admin:skill-merge", args=[old.pk])
    assert office.get(url).status_code == 200
    shown = office.post(url, {"into": into.pk})
    assert shown.context["effect"].needs == 1
    assert need.wanted.get().skill == old
    office.post(url, {"into": into.pk, "do": "yes"})
    assert need.wanted.get().skill == into


def test_a_merge_that_cannot_be_says_why(office):
    old = make_skill("logo", "Logo")
    shown = office.post(reverse("admin:skill-merge", args=[old.pk]), {"into": old.pk, "do": "yes"})
    assert shown.context["form"].errors


def test_the_words_proposed_become_a_synonym_when_a_skill_is_chosen(office):
    skill = make_skill("graphisme", "Graphisme")
    proposal = skill_edits.propose("zorglubeur", by=make_user())
    office.post(
        reverse("admin:marketplace_skillproposal_change", args=[proposal.pk]),
        {"text": "zorglubeur", "skill": skill.pk},
    )
    assert [s.code for s in suggest("zorglubeur")] == ["graphisme"]


def test_words_that_were_withdrawn_come_back_when_a_proposal_of_them_is_accepted(office):
    skill = make_skill("graphisme", "Graphisme")
    SkillSynonym.objects.create(
        skill=skill, lang="fr", text="zorglubeur", withdrawn_at=timezone.now()
    )
    proposal = skill_edits.propose("zorglubeur", by=make_user())
    skill_edits.accept_as_synonym(proposal, skill=skill)
    assert [s.code for s in suggest("zorglubeur")] == ["graphisme"]


def test_a_withdrawn_skill_is_not_offered_for_what_people_propose(office):
    skill = make_skill("graphisme", "Graphisme")
    proposal = skill_edits.propose("zorglubeur", by=make_user())
    asked = {"app_label": "marketplace", "model_name": "skillproposal", "field_name": "skill"}
    offered = reverse("admin:autocomplete"), asked | {"term": "graph"}
    assert len(office.get(*offered).json()["results"]) == 1
    Skill.objects.filter(pk=skill.pk).update(withdrawn_at=timezone.now())
    assert office.get(*offered).json()["results"] == []
    url = reverse("admin:marketplace_skillproposal_change", args=[proposal.pk])
    answer = office.post(url, {"text": "zorglubeur", "skill": skill.pk})
    assert answer.status_code == 200
    assert answer.context["errors"]
    listed = office.get(reverse("admin:marketplace_skill_changelist"), {"q": "graph"})
    assert [found.code for found in listed.context["cl"].result_list] == ["graphisme"]


def test_a_search_in_the_list_counts_each_way_to_say_it_once(office):
    skill = make_skill("graphisme", "Graphisme")
    for text in ("affichiste", "affiche de fête", "affiches"):
        SkillSynonym.objects.create(skill=skill, lang="fr", text=text)
    (before,) = office.get(reverse("admin:marketplace_skill_changelist")).context["cl"].result_list
    url = reverse("admin:marketplace_skill_changelist")
    (found,) = office.get(url, {"q": "affich"}).context["cl"].result_list
    assert found.ways == before.ways >= 3


def test_who_is_not_of_the_house_stays_outside(client):
    skill = make_skill("logo", "Logo")
    client.force_login(make_user())
    assert client.get(reverse("admin:skill-merge", args=[skill.pk])).status_code == 302


@pytest.mark.parametrize(
    "said",
    [{"rome_macro": words} for words in ("null", "5", "{}", '"300188"', "[300188]")]
    + [{"broader": "itself"}, {"broader": "one below"}],
    ids=str,
)
def test_what_makes_no_sense_of_a_skill_is_said_and_nothing_falls(office, said):
    skill = make_skill("graphisme", "Graphisme")
    below = make_skill("logo", "Logo")
    Skill.objects.filter(pk=below.pk).update(broader=skill)
    if "broader" in said:
        said = {"broader": skill.pk if said["broader"] == "itself" else below.pk}
    url = reverse("admin:marketplace_skill_change", args=[skill.pk])
    answer = office.post(url, synonym_form(skill) | said)
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors.keys() == said.keys()


def test_who_may_only_look_withdraws_and_declines_nothing(client):
    helper = make_user(is_staff=True)
    helper.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(helper)
    skill = make_skill("graphisme", "Graphisme")
    proposal = skill_edits.propose("zorglubeur", by=make_user())
    for row, act in ((skill, "withdraw"), (proposal, "decline")):
        listed = reverse(f"admin:marketplace_{row._meta.model_name}_changelist")
        assert client.get(listed).status_code == 200
        client.post(listed, {"action": act, "_selected_action": [row.pk]})
        row.refresh_from_db()
    assert (skill.withdrawn_at, proposal.answer) == (None, SkillProposal.Answer.WAITING)


def test_a_skill_merged_into_one_far_below_it_leaves_no_ring():
    """a > b > c, and a becomes c: c takes its place, above b."""
    a, b, c = make_skill("a"), make_skill("b"), make_skill("c")
    top = make_skill("top")
    for lower, upper in ((a, top), (b, a), (c, b)):
        lower.broader = upper
        lower.save()
    skill_edits.merge(a, into=c)
    b.refresh_from_db()
    c.refresh_from_db()
    assert (b.broader, c.broader) == (c, top)


def test_two_skills_each_above_the_other_may_be_made_one():
    a, b = make_skill("a"), make_skill("b")
    for lower, upper in ((a, b), (b, a)):
        lower.broader = upper
        lower.save()
    skill_edits.merge(a, into=b)
    b.refresh_from_db()
    assert b.broader is None
