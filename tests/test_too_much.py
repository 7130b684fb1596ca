"""More than a page can take, from a person's paste or a script: a clear answer, never our own error, and nothing kept."""

import pytest
from django.conf import settings as house
from django.core.files.uploadedfile import SimpleUploadedFile

from marketplace.models import Message, StoredFile
from tests.marketplace.talk.talkers import talk_between_two
from tests.test_nonsense import addresses

pytestmark = pytest.mark.once
FORM = "application/x-www-form-urlencoded"
HEAVY = house.DATA_UPLOAD_MAX_MEMORY_SIZE + 1


def many_files():
    return {"text": "Voici.", "files": [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(150)]}


BODIES = {
    "a form too heavy": lambda: ("text=" + "x" * HEAVY, FORM),
    "a field too heavy": lambda: ({"text": "x" * HEAVY, "sent_key": "k"}, None),
    "too many fields": lambda: ("&".join(f"a{n}=1" for n in range(1100)), FORM),
    "too many files": lambda: (many_files(), None),
    "parts without a mark": lambda: ("x", "multipart/form-data"),
    "parts that are none": lambda: (b"\xff\xfe" * 1000, "multipart/form-data; boundary=x"),
}  # fmt: skip


def post(client, url, body):
    sent, kind = body()
    return client.post(url, sent, content_type=kind) if kind else client.post(url, sent)


@pytest.mark.parametrize("case", BODIES)
@pytest.mark.parametrize(("language", "said"), [("fr", "trop long"), ("en", "too long")])
def test_a_body_that_is_too_much_is_refused_in_words(client, case, language, said):
    talk = talk_between_two()
    talk.aline.language = language
    talk.aline.save(update_fields=["language"])
    client.force_login(talk.aline)
    client.raise_request_exception = False
    before = Message.objects.count()
    answer = post(client, talk.url, BODIES[case])
    assert answer.status_code == 400
    assert said in answer.text
    assert f'<html lang="{language}">' in answer.text
    assert Message.objects.count() == before
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("{" * 100_000, "application/json"),
        ("[" * 100_000 + "]" * 100_000, "application/json"),
        ("text=%ff%00", f"{FORM}; charset=klingon"),
        ("<a>" * 100_000, "text/xml"),
    ],
)
def test_a_body_that_is_no_form_is_a_form_left_empty(client, body, kind):
    talk = talk_between_two()
    client.force_login(talk.aline)
    before = Message.objects.count()
    answer = client.generic("POST", talk.url, body.encode(), content_type=kind)
    assert answer.status_code == 200
    assert "Envoyer" in answer.text
    assert Message.objects.count() == before


@pytest.mark.parametrize(
    "asked", ["x" * 60_000, "%_" * 30_000, "\\" * 60_000, "🙂" * 20_000, "9" * 60_000]
)
def test_no_page_breaks_on_a_question_without_end(client, asked):
    names = "q page sort family department place near text modele pole kind from to month year etat apres"
    client.force_login(talk_between_two().aline)
    client.raise_request_exception = False
    asked_of = dict.fromkeys(names.split(), asked)
    answers = {path: client.get(path, asked_of).status_code for path in addresses()}
    del answers["/sante/"]  # 503 where no worker runs, as it must
    assert {path: code for path, code in answers.items() if code >= 500} == {}


def test_too_many_fields_in_an_address_are_refused_in_words(client):
    answer = client.get("/besoins/?" + "a=1&" * 1100)
    assert answer.status_code == 400
    assert "trop long" in answer.text
