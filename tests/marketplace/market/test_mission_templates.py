"""The library of missions: loaded from its file, read by all, and what a need starts from."""

import pytest
from django.urls import reverse

from common.spoken import Spoken
from marketplace.actions.market import mission_templates
from marketplace.models import MissionTemplate, Need, TemplateSkill
from marketplace.models.market.questions import LONGEST_QUESTION, MOST_QUESTIONS
from tests.factories import make_cause, make_organisation, make_user

ASKED_FOR = 15


@pytest.fixture
def library(our_skills):
    mission_templates.load()
    return MissionTemplate.objects.current()


def test_fifteen_templates_in_both_languages(library):
    assert library.count() == ASKED_FOR
    for template in library:
        for said in ("title", "summary", "deliverable", "questions", "prepare"):
            french, english = getattr(template, f"{said}_fr"), getattr(template, f"{said}_en")
            assert french, (template.code, said)
            assert french != english
        assert len(template.questions_fr) == len(template.questions_en) == 4
        assert len(template.prepare_fr) == len(template.prepare_en)
        assert template.wanted.filter(required=True).exists()


def test_loading_again_changes_nothing(library):
    before = (list(library.values()), list(TemplateSkill.objects.values()))
    mission_templates.load()
    assert (list(library.values()), list(TemplateSkill.objects.values())) == before


def test_what_leaves_the_file_is_offered_no_more(client, library, tmp_path):
    kept = mission_templates.FILE.read_text(encoding="utf-8").split("[[templates]]")
    short = tmp_path / "short.toml"
    short.write_text("[[templates]]".join(kept[:3]), encoding="utf-8")
    mission_templates.load(short)
    assert library.count() == 2
    gone = MissionTemplate.objects.filter(is_withdrawn=True).first()
    assert client.get(gone.get_absolute_url()).status_code == 404


def test_anybody_reads_the_library(client, library):
    page = client.get(reverse("mission-templates")).content.decode()
    assert page.count('class="card-title"') == ASKED_FOR
    one = client.get(reverse("mission-template", args=["rgpd"])).content.decode()
    assert "Un registre des traitements" in one
    assert "modele=rgpd" in one


def test_it_is_read_in_english_too(client, library):
    client.cookies.load({"django_language": "en"})
    page = client.get(reverse("mission-template", args=["logo"])).content.decode()
    assert "Create or refresh our logo" in page


def test_a_need_starts_from_a_template(client, library):
    member = make_user()
    make_organisation(member=member)
    client.force_login(member)
    page = client.get(reverse("need-new"), {"modele": "plan-comptable"})
    form = page.context["form"]
    assert form["title"].value() == "Mettre en place notre plan comptable"
    assert (form["volume"].value(), form["format"].value()) == (21, "SPLIT")
    assert "Qui tiendra les comptes" in form["context"].value()
    assert page.context["picker"].codes == {"compta-associative", "compta-generale", "formation"}


def test_a_need_begun_from_it_asks_its_questions_in_its_languages(client, library):
    MissionTemplate.objects.filter(code="logo").update(languages=Spoken.FRENCH | Spoken.BRETON)
    asks = library.get(code="logo").asks_fr
    assert len(asks) == 2
    assert all(one in client.get(reverse("mission-template", args=["logo"])).text for one in asks)
    make_cause()
    member = make_user()
    make_organisation(member=member)
    client.force_login(member)
    form = client.get(reverse("need-new"), {"modele": "logo"}).context["form"]
    assert [field.value() for field in form.question_fields][:2] == asks
    assert form["spoken"].value() == [Spoken.FRENCH, Spoken.BRETON]
    said = {field.name: field.value() or "" for field in form}
    said |= {"starts_on": "", "ends_on": "", "save": "yes"}
    client.post(reverse("need-new"), said)
    need = Need.objects.get()
    assert need.question_list == [" ".join(one.split()) for one in asks]
    assert need.languages == Spoken.FRENCH | Spoken.BRETON


def test_a_template_without_questions_asks_none(client, library):
    member = make_user()
    make_organisation(member=member)
    client.force_login(member)
    form = client.get(reverse("need-new"), {"modele": "achats"}).context["form"]
    assert not any(field.value() for field in form.question_fields)
    assert form["spoken"].value() == [Spoken.FRENCH]


def test_the_file_says_questions_and_languages(library, tmp_path):
    """Three questions at the most, each as short as a need's, and as many in both languages."""
    for template in library:
        assert len(template.asks_fr) == len(template.asks_en) <= MOST_QUESTIONS
        assert all(len(one) <= LONGEST_QUESTION for one in (*template.asks_fr, *template.asks_en))
    text = mission_templates.FILE.read_text(encoding="utf-8")
    first = "[[templates]]".join(text.split("[[templates]]")[:2])
    file = tmp_path / "one.toml"
    file.write_text(first + '\nlanguages = ["fr", "br"]\n', encoding="utf-8")
    mission_templates.load(file)
    assert library.get().languages == Spoken.FRENCH | Spoken.BRETON
    mission_templates.load()
    assert library.get(code="logo").languages == Spoken.FRENCH


@pytest.mark.parametrize("code", ["", "inconnu", "<script>"])
def test_an_unknown_template_starts_from_nothing(client, library, code):
    member = make_user()
    make_organisation(member=member)
    client.force_login(member)
    page = client.get(reverse("need-new"), {"modele": code})
    assert not page.context["form"]["title"].value()


def test_every_template_fits_its_own_format(client, library):
    member = make_user()
    make_organisation(administrator=member)
    client.force_login(member)
    for template in MissionTemplate.objects.current():
        page = client.get(reverse("need-new"), {"modele": template.code})
        form = page.context["form"]
        names = ("format", "volume", "unit", "starts_on", "ends_on")
        told = {name: form[name].value() or "" for name in names}
        assert (told["starts_on"], told["ends_on"]) == ("", ""), "whenever it suits, until then"
        errors = client.post(reverse("need-new"), told | {"save": "yes"}).context["form"].errors
        assert not {*told} & {*errors}, template
