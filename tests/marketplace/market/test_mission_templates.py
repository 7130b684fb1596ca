"""The library of missions: loaded from its file, read by all, and what a need starts from."""

import pytest
from django.urls import reverse

from marketplace.actions.market import mission_templates
from marketplace.models import MissionTemplate, TemplateSkill
from tests.factories import make_organisation, make_user

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
