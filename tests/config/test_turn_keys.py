"""`manage.py turn_keys`: the old keys go, the lists apart are ours still, and a backup of before is restored after it."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.actions import erasures
from accounts.models import Erasure, User
from common import apart, keys
from config.backup import taking
from marketplace.actions.documents import verification
from marketplace.actions.market import people
from marketplace.models import Seal
from tests.config.test_backup import (  # noqa: F401 - fixtures
    a_site_of_its_own,
    backup,
    emptied_afterwards,
    place,
    refused,
    restore,
)
from tests.factories import make_user
from tests.marketplace.documents import document_desk as papers
from tests.marketplace.documents.test_documents import make as make_document

pytestmark = pytest.mark.django_db(transaction=True)

K1, K2, K3 = "papers-of-the-first-day", "papers-of-another-day", "papers-of-the-third-day"


@pytest.fixture(autouse=True)
def dotenv(settings):
    def change(
        papers_key: str, *before: str, links: str = "links-1", links_before: tuple = ()
    ) -> None:
        settings.PAPERS_KEY, settings.PAPERS_KEY_FALLBACKS = papers_key, list(before)
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = links, list(links_before)

    change(K1)
    return change


def turn(capsys, **options):
    call_command("turn_keys", **options)
    return capsys.readouterr().out


def test_it_says_what_it_did_and_what_may_go(dotenv, capsys):
    apart.add("erasures", ["person 1 x 2020-01-01T00:00:00+00:00"])
    dotenv(K2, K1, links="links-2", links_before=("links-1",))
    said = turn(capsys, dry_run=True)
    assert "Under an old key: 0 link(s) of papers, 0 cost(s) of hours, 1 line(s)" in said
    assert "to put away: 2" in said
    assert apart.names() == ["erasures"], "a look changes nothing"
    said = turn(capsys)
    assert "1 line(s) of the lists apart. Old keys put away: 2" in said
    assert "PAPERS_KEY_FALLBACKS may be taken out" in said
    assert "SECRET_KEY_FALLBACKS stays" in said
    assert "0 line(s) of the lists apart. Old keys put away: 0" in turn(capsys), "once is enough"
    for secret in (K1, K2, "links-1", "links-2"):
        assert secret not in said
        assert secret not in (apart.folder() / keys.LIST).read_text()


def test_the_lists_apart_are_ours_without_the_old_key_and_keep_what_isnt(dotenv, capsys):
    apart.add("erasures", ["person 1 x 2020-01-01T00:00:00+00:00"])
    path = apart.folder() / "erasures"
    path.write_text(path.read_text() + "torn by a power c\n")
    dotenv(K2, K1)
    apart.add("erasures", ["person 2 x 2020-01-01T00:00:00+00:00"])
    turn(capsys)
    dotenv(K2)
    assert [line.split()[1] for line in apart.read(path)] == ["1", "2"]
    assert apart.foreign(path) == 1
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_line_that_comes_while_a_list_is_signed_anew_isnt_lost(dotenv, monkeypatch):
    """Whoever waited for the file that was put aside opens the new one."""
    apart.add("erasures", ["one"])
    dotenv(K2, K1)
    asked, opened = apart.os.open, []

    def slow(path, *arguments):
        file = asked(path, *arguments)
        if not opened:
            opened.append(path)
            apart.sign_anew("erasures")
        return file

    monkeypatch.setattr(apart.os, "open", slow)
    apart.add("erasures", ["two"])
    dotenv(K2)
    assert list(apart.read(apart.folder() / "erasures")) == ["one", "two"]


def test_keys_that_were_put_away_are_found_through_the_newer_ones(dotenv, capsys):
    dotenv(K2, K1, links="links-2", links_before=("links-1",))
    turn(capsys)
    dotenv(K3, K2, links="links-2")
    turn(capsys)
    dotenv(K3, links="links-2")
    assert set(keys.on_lists([apart.folder()])[keys.PAPERS]) == {K1, K2}
    assert K1 not in keys.of_papers(), "nobody reads with them"
    with keys.found(apart.folder()) as are_there:
        assert are_there
        assert keys.of_papers()[0] == K3
        assert set(keys.of_papers()) == {K1, K2, K3, "links-1", "links-2"}
        assert keys.once_of_links() == ["links-2", "links-1"]
    assert keys.of_papers() == [K3, "links-2"]
    dotenv("somebody-elses")
    assert keys.on_lists([apart.folder()])[keys.PAPERS] == []


@pytest.mark.usefixtures("emptied_afterwards")
def test_a_backup_of_before_two_turns_is_restored_with_the_key_of_today_alone(
    place,  # noqa: F811
    dotenv,
    capsys,
):
    noe = make_user(email="noe@example.org")
    zoe = make_user(email="zoe@example.org")
    make_document(papers.give_hours(papers.make_mission()))
    backup_of_before = backup(place)
    people.close_account(noe, now=timezone.now())  # marked under the first key
    dotenv(K2, K1, links="links-2", links_before=("links-1",))
    turn(capsys)
    dotenv(K2, links="links-2")
    people.close_account(zoe, now=timezone.now())  # under the second
    dotenv(K3, K2, links="links-2")
    turn(capsys)
    dotenv(K3, links="links-2")
    said = restore(backup_of_before)
    assert "2 erased anew" in said
    assert "another key" not in said
    assert not User.objects.filter(pk__in=[noe.pk, zoe.pk], is_active=True).exists()
    assert list(verification.faults()) == [], "sealed anew, under the key of today"
    assert Seal.objects.exclude(resealed="").exists()


def test_where_the_old_key_is_nowhere_the_refusal_says_where_to_put_it(place, dotenv):  # noqa: F811
    make_user()
    folder = backup(place)
    dotenv(K2)
    assert "put the one of that day into PAPERS_KEY_FALLBACKS" in refused(folder)


def test_a_list_of_keys_kept_elsewhere_is_read_too(place, dotenv, capsys, tmp_path, settings):  # noqa: F811
    make_user()
    folder = backup(place)
    dotenv(K2, K1)
    turn(capsys)
    dotenv(K2)
    elsewhere = tmp_path / "elsewhere"
    apart.folder().rename(elsewhere)
    assert "PAPERS_KEY isn’t the one" in refused(folder)
    assert "As it was on" in restore(folder, apart=elsewhere)
    assert taking.latest(place) == folder


def test_a_chain_that_doesnt_hold_is_said_and_the_old_key_stays(dotenv, capsys, emptied_afterwards):  # noqa: F811
    mission = papers.give_hours(papers.make_mission())
    dotenv("a-key-of-nobody")
    make_document(mission)
    dotenv(K2, K1)
    with pytest.raises(CommandError, match="leave the old keys there"):
        call_command("turn_keys")
    assert "may be taken out" not in capsys.readouterr().out


def test_somebody_erased_before_the_turn_is_still_known_to_be(dotenv, capsys):
    aline = make_user()
    erasures.note("person", [(aline.pk, aline.date_joined)])
    dotenv(K2, K1)
    turn(capsys)
    assert erasures.is_of(Erasure.objects.get(), aline.date_joined)
    dotenv(K2)
    with keys.found(apart.folder()):
        assert erasures.is_of(Erasure.objects.get(), aline.date_joined)
