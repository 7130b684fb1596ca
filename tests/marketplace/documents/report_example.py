"""Reports to lay out: a small pôle's year, and one whose words try whatever lays them out."""

import io
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageDraw

from marketplace.documents.report_blocks import (
    Bar,
    Bars,
    Chapter,
    Figure,
    Figures,
    LaidOut,
    Map,
    Names,
    Partner,
    Partners,
    Place,
    Story,
    Words,
)

TRAP = '#read("/etc/passwd") $x^2$ *gras* _it_ @cite \\ `code` <lab> // vu /* x */ = Titre #import "@preview/x:1.0.0": *'
EVERYWHERE = "😀 👩🏽‍💻 مرحبا בוקר טוב 漢字 \u202eretourné\x07 Łódź"
LONG = "https://exemple.org/" + "a" * 300
PLACES = [("Lens", 50.43, 2.83, 4), ("Béthune", 50.53, 2.64, 3), ("Arras", 50.29, 2.78, 2)]


def kept_picture(name: str, size=(300, 200), kind="PNG") -> str:
    """The path in the storage of a drawn picture."""
    folder = Path(settings.MEDIA_ROOT) / "report"
    folder.mkdir(parents=True, exist_ok=True)
    picture = Image.new("RGB", size, "#77aaaa")
    ImageDraw.Draw(picture).rectangle((20, 20, 90, 90), fill="#aa7755")
    written = io.BytesIO()
    picture.save(written, kind)
    (folder / name).write_bytes(written.getvalue())
    return f"report/{name}"


def small_pole(**changed) -> LaidOut:
    """A pôle of fifteen missions a year."""
    chapters = [
        Chapter(
            "L’année en bref",
            [
                Words(["Cette année, quinze missions.", "Trois sont venues de la Maison des associations."]),
                Figures(
                    "2026",
                    "2025",
                    [
                        Figure("Missions menées à bien", "15", "11", "20", 75),
                        Figure("Personnes engagées", "15", "moins de 5"),
                        Figure("Heures données", "non communiqué", "–", "400"),
                    ],
                ),
                Words(["Les heures de moins de cinq personnes ne sont pas dites."], is_note=True),
            ],
        ),
        Chapter(
            "Par famille",
            [Bars("Missions par famille", ("Famille", "Missions"), [Bar("Numérique", "6", 100), Bar("Droit", "0", 0), Bar("Finances", "moins de 5", 0)])],
        ),
        Chapter("Où cela s’est passé", [Map("Missions par commune", [Place(*one) for one in PLACES])]),
        Chapter("Les structures qui ont trouvé quelqu’un", [Names([("Cap Devoirs", "Lille"), ("Garage solidaire", "Lens"), ("Une place à table", "Calais")])]),
        Chapter(
            "Ce qui a changé",
            [Story("Une caisse qui tient", ["Six demi-journées."], "On a retrouvé le sommeil.", "Mme Petit, présidente", kept_picture("photo.jpg", kind="JPEG"))],
        ),
        Chapter(
            "Ils nous soutiennent",
            [Partners([Partner("Région Hauts-de-France", "Financeur", kept_picture("logo.png")), Partner("Ville de Lens")])],
        ),
    ]  # fmt: skip
    return LaidOut(
        **{
            "title": "Rapport d’activité 2026",
            "subtitle": "Pôle du Bassin minier · version financeur",
            "made_on": "Établi le 3 mars 2027",
            "language": "fr",
            "chapters": chapters,
        }
        | changed
    )


def hostile(words: str) -> LaidOut:
    """The same words wherever words may stand, of which nothing may be obeyed."""
    return LaidOut(
        words,
        words,
        words,
        "fr",
        [
            Chapter(
                words,
                [
                    Words([words, f"{words}\n{words}"]),
                    Words([words], is_note=True),
                    Figures(words, words, [Figure(words, words, words, words, 140)]),
                    Bars(words, (words, words), [Bar(words, words, 100), Bar(words, words, 0)]),
                    Map(words, [Place(words, 50.4, 2.8, 1)]),
                    Names([(words, words)]),
                    Story(words, [words] * 2, words, words, "../../etc/passwd"),
                    Partners([Partner(words, words, "report/missing.png"), Partner("", "")]),
                ],
            ),
            Chapter("", []),
        ],
    )
