"""Texts that nobody means and somebody pastes: each has held up some reader of texts once."""

TEXTS = [
    "x" * 50_000, "comptable, " * 4600, "🙂" * 50_000, "<b>" * 16_000, "العربية " * 6000,
    "\x00" * 50_000, "(" * 50_000, "a.e" * 16_000, "d'" * 25_000, "e\u0301" * 25_000,
    "pas besoin de " * 3500, "notre association aide " * 2200, "<" * 50_000, "a-e-" * 12_000,
]  # fmt: skip
