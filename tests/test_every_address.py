"""The walk of every address knows whose number each takes: a new page is weighed without anybody thinking of it."""

from benchmarks import every_address, every_page, page_choices


def test_a_new_address_is_walked_or_asks_for_its_line():
    assert every_address.without_a_line() == [], (
        "say whose number it takes: WHOSE in benchmarks/every_address.py"
    )


def test_no_line_stays_of_an_address_that_is_gone():
    nouns = {one.noun for one in every_address.ours() if "<int:pk>" in one.pattern}
    assert every_address.WHOSE.keys() <= nouns


def test_each_noun_of_the_walk_is_a_model():
    for name in every_address.WHOSE.values():
        assert every_address.model_named(name)


def test_what_a_page_offers_of_itself_is_opened_too():
    html = (
        '<form method="get"><select name="tri"><option value="">…</option><option value="titre">'
        '<option value="date"></select><input type="checkbox" name="all" value="1"></form>'
        '<form method="post"><select name="act"><option value="close"></select></form>'
        '<a href="?page=9">9</a><a href="/elsewhere/?tri=none">…</a><a href="?after=12&amp;tri=date">…</a>'
    )
    assert page_choices.choices("/besoins/", html) == [
        "page=2", "page=4", "page=9", "tri=titre", "tri=date", "all=1", "after=12&tri=date",
    ]  # fmt: skip


def test_a_page_is_told_by_each_ceiling_that_it_is_above():
    address = every_address.Address("besoins/<int:pk>/", "need")
    page = every_page.Page(address, "/besoins/1/", None, 0, 0, questions=16, bytes=60_001)
    page.p50, page.p95 = 51, 151
    assert page.above == ["p95 151 ms", "p50 51 ms", "16 questions", "60.0 kB"]
    page.p50, page.p95, page.questions, page.bytes = 50, 150, 15, 60_000
    assert page.above == []


def test_an_address_that_no_role_reached_says_why():
    told = every_address.Address("liens/<slug:key>/", "link")
    assert told.why == "its key is in a letter"
    told = every_address.Address("missions/<int:pk>/", "mission", answers={404, 403})
    assert told.why == "answers 403, 404 to these roles"
