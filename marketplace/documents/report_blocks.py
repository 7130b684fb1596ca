"""What a report is made of once its chapters are read: plain blocks, which a page, a PDF and a text document lay out alike."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Words:
    """Paragraphs of the pôle's own words, or a sentence of ours."""

    paragraphs: list[str]
    is_note: bool = False  # smaller: how it was counted, what was hidden and why


@dataclass(frozen=True)
class Figure:
    """One line of figures; every cell is said in words already (« 1 240 », « moins de 5 », « – »)."""

    label: str
    value: str
    before: str = ""
    target: str = ""
    share_of_target: int | None = None  # percent, where both may be shown


@dataclass(frozen=True)
class Figures:
    year: str
    year_before: str
    rows: list[Figure]


@dataclass(frozen=True)
class Bar:
    label: str
    said: str  # « 12 », « moins de 5 »
    share: int  # of the longest bar, percent; 0 where hidden


@dataclass(frozen=True)
class Bars:
    """A chart with a table twin: the same rows are read as a table."""

    title: str
    head: tuple[str, str]  # « Famille », « Missions »
    rows: list[Bar]


@dataclass(frozen=True)
class Place:
    name: str
    latitude: float
    longitude: float
    count: int


@dataclass(frozen=True)
class Map:
    """Missions by commune; drawn, with the list of places as its twin."""

    title: str
    places: list[Place]


@dataclass(frozen=True)
class Names:
    """A list of structures, each with its commune."""

    rows: list[tuple[str, str]]


@dataclass(frozen=True)
class Story:
    title: str
    lines: list[str]
    quote: str = ""
    quoted: str = ""  # who says so, as they agreed to be named
    picture: str = ""  # path of a file in the media storage, "" for none


@dataclass(frozen=True)
class Partner:
    name: str
    role: str = ""
    logo: str = ""  # path in the media storage, "" for none


@dataclass(frozen=True)
class Partners:
    rows: list[Partner]


type Block = Words | Figures | Bars | Map | Names | Story | Partners


@dataclass(frozen=True)
class Chapter:
    title: str
    blocks: list[Block]


@dataclass(frozen=True)
class LaidOut:
    """A whole report, as one version of it says it."""

    title: str
    subtitle: str  # pôle, period, version
    made_on: str  # « Établi le 3 mars 2027 »
    language: str  # "fr" or "en"
    chapters: list[Chapter] = field(default_factory=list)
