"""Which domains may be an organisation's own, and how what people type is read."""

import pytest

from accounts import domains
from accounts.domains import Unfit

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("verreries.fr", "verreries.fr"),
        ("  Verreries.FR. ", "verreries.fr"),
        ("@verreries.fr", "verreries.fr"),
        ("lea@lille.verreries.fr", "lille.verreries.fr"),
        ('"a@verreries.fr"@evil.org', "evil.org"),
        ("", ""),
        ("verreries", ""),
        ("verreries..fr", ""),
        ("-verreries.fr", ""),
        ("verreries_.fr", ""),
        ("a b.fr", ""),
        ("https://verreries.fr/", ""),
        ("verreries.fr\0", ""),
        ("a" * 64 + ".fr", ""),
        ("a." * 130 + "fr", ""),
        ("\ud800.fr", ""),
        ("12.34", ""),
    ],
)
def test_a_domain_is_read_from_what_is_typed(typed, read):
    assert domains.ascii_of(typed) == read


def test_a_domain_with_accents_is_kept_as_servers_write_it_and_shown_as_people_do():
    kept = domains.ascii_of("Verreries-Été.fr")
    assert kept.startswith("xn--")
    assert domains.in_letters(kept) == "verreries-été.fr"
    assert domains.of_address("lea@verreries-été.fr") == kept
    assert domains.in_letters("xn--\u00e9.fr") == "xn--\u00e9.fr"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("gmail.com", Unfit.FREE),
        ("orange.fr", Unfit.FREE),
        ("laposte.net", Unfit.FREE),
        ("wanadoo.fr", Unfit.FREE),
        ("yopmail.com", Unfit.FREE),
        ("mozmail.com", Unfit.FREE),
        ("privaterelay.appleid.com", Unfit.FREE),
        ("etu.univ-lille.fr", Unfit.SCHOOL),
        ("univ-lille.fr", Unfit.SCHOOL),
        ("ac-lille.fr", Unfit.SCHOOL),
        ("mit.edu", Unfit.SCHOOL),
        ("unsw.edu.au", Unfit.SCHOOL),
        ("cam.ac.uk", Unfit.SCHOOL),
        ("etudiant.verreries.fr", Unfit.SCHOOL),
        ("insa-lyon.fr", Unfit.SCHOOL),
        ("gouv.fr", Unfit.SHARED),
        ("nord.gouv.fr", Unfit.SHARED),
        ("asso.fr", Unfit.SHARED),
        ("co.uk", Unfit.SHARED),
        ("github.io", Unfit.SHARED),
        ("notaires.fr", Unfit.SHARED),
        ("192.0.2.1", Unfit.NUMBERS),
        ("lea@[192.0.2.1]", Unfit.NUMBERS),
        ("2001:db8::1", Unfit.NUMBERS),
        ("[IPv6:2001:db8::1]", Unfit.NUMBERS),
        ("localhost", Unfit.UNREADABLE),
        ("db.internal", Unfit.UNREADABLE),
        ("poste.local", Unfit.UNREADABLE),
        ("fr", Unfit.UNREADABLE),
        ("\0", Unfit.UNREADABLE),
        ("verreries.fr", None),
        ("lille.verreries.fr", None),
        ("edupont.fr", None),
        ("accor.com", None),
        ("croix-rouge.asso.fr", None),
        ("verreries.co.uk", None),
    ],
)
def test_what_is_many_peoples_is_nobodys_own(typed, why):
    assert domains.why_not(typed) == why


def test_the_lists_are_written_as_they_are_looked_up():
    for name in ("free_mail.txt", "shared_mail.txt"):
        for one in domains._listed(name):
            assert one == one.strip().lower()
            assert domains.ascii_of(one) == one
