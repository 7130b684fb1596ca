"""Whatever is asked, a page answers: never our own error."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.factories import make_coordinator, make_user
from tests.marketplace.talk.talkers import talk_between_two

NEXT_DOOR = ("administration/", "compte/")  # Django's and allauth's own pages are tried by them
NONSENSE = (
    "page=abc&q=%00&sort=zz&family=%F0%9F%98%80&department=zz&etat=%ff&kind=%00&month=13"
    "&qui=%00&besoin=%00&sorte=%00&code=a%00&question=%00&pour=%00&modele=%00&text=%00&age="
    + "9" * 4500
    + "&from=9999-99-99&to=0001-01-01&year=99999999999999999999&pole=99999999999999999999"
)
TOO_LONG = "9" * 20


def addresses(resolver=None, before="") -> list[str]:
    """Every address without a number or a word to guess: those that anybody may type."""
    found = []
    for entry in (resolver or get_resolver()).url_patterns:
        path = before + str(entry.pattern)
        if isinstance(entry, URLResolver) and not path.startswith(NEXT_DOOR):
            found += addresses(entry, path)
        elif isinstance(entry, URLPattern) and "<" not in path:
            found.append(f"/{path}")
    return found


@pytest.mark.parametrize("make", [make_user, make_coordinator])
def test_no_page_breaks_on_a_query_of_nonsense(client, make):
    client.force_login(make())
    client.raise_request_exception = False
    answers = {path: client.get(f"{path}?{NONSENSE}").status_code for path in addresses()}
    del answers["/sante/"]  # 503 where no worker runs, as it must
    assert {path: code for path, code in answers.items() if code >= 500} == {}


@pytest.mark.parametrize("back", ["9999-12-31", "-1e400", "😀", "//elsewhere.example.org/"])
def test_a_message_goes_back_to_its_page_whatever_next_says(client, back):
    talk = talk_between_two()
    client.force_login(talk.aline)
    answer = client.post(talk.url, {"text": "x", "sent_key": "k", "next": back, "insert": "1"})
    assert answer.status_code == 302
    assert answer["Location"].startswith(talk.url)


@pytest.mark.parametrize("field", ["drop", "line"])
def test_a_number_that_no_computer_reads_is_no_number(client, field):
    talk = talk_between_two()
    client.force_login(talk.aline)
    said = {"text": "x", "sent_key": "k", "insert": "1", "drop": "1", field: "9" * 4500}
    assert client.post(talk.url, said).status_code == 302


@pytest.mark.parametrize(("door", "field"), [("finding-new", "missions"), ("offer-new", "causes")])
def test_a_choice_too_long_for_the_database_is_a_wrong_choice(client, door, field):
    client.force_login(make_coordinator())
    answer = client.post(reverse(door), {field: [TOO_LONG]})
    assert answer.status_code == 200
    assert field in answer.context["form"].errors


@pytest.mark.parametrize("name", ["need", "proposal", "mission", "thread"])
def test_an_address_with_a_number_that_no_database_holds_leads_nowhere(client, name):
    client.force_login(make_user())
    for number in (2**63, 10**30):
        assert client.get(reverse(name, args=[number])).status_code == 404
