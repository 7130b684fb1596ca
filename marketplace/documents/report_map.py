"""The map of a report: its places as circles with their number, upon the communes around them."""

from dataclasses import dataclass
from html import escape

from accounts.land import WIDEST, WIDTH, Spot, Weighed, around, spots
from marketplace.documents.report_blocks import Map, Place
from marketplace.documents.writable import writable

DRAWN = 300  # circles: more of them are a stain; the list tells all
NAMED = 10
SMALLEST, PER_MISSION = 8, 2  # of a circle that holds its number
MANY = 40  # from so many places on they stand too near to hold one
SMALL, LARGE, HOLDS = 3, 16, 7


@dataclass(frozen=True)
class Circle:
    place: Place
    spot: Spot

    @property
    def numbered(self) -> bool:
        return float(self.spot.radius) >= HOLDS


@dataclass(frozen=True)
class Drawn:
    land: str  # one path: a dot for each commune
    circles: list[Circle]
    height: int

    width = WIDTH


def drawn(block: Map) -> Drawn | None:
    """None where no commune is known around the places."""
    shown = most_first(block)[:DRAWN]
    points = tuple((place.latitude, place.longitude) for place in shown)
    project, dots = around(points)
    if project is None:
        return None
    weighed = [Weighed(one.name, one.latitude, one.longitude, one.count) for one in shown]
    smallest, widest = SMALL, LARGE
    if len(shown) < MANY:
        smallest = SMALLEST
        widest = min(WIDEST, SMALLEST + PER_MISSION * shown[0].count)
    placed = spots(project, weighed, smallest=smallest, widest=widest, named=NAMED)
    circles = [Circle(place, spot) for place, spot in zip(shown, placed, strict=True)]
    return Drawn(dots, circles, project.height)


def most_first(block: Map) -> list[Place]:
    """The places that count, those with most first: small circles lie upon the large ones."""
    return sorted(
        (place for place in block.places if place.count > 0),
        key=lambda place: (-place.count, place.name),
    )


def as_svg(found: Drawn) -> bytes:
    """The drawing by itself, in the typesetter's letters; the page draws the same by its own stylesheet."""
    circles = "".join(
        f'<circle cx="{one.spot.x}" cy="{one.spot.y}" r="{one.spot.radius}" fill="#0f5c5c" stroke="#ffffff"/>'
        + (_number(one) if one.numbered else "")
        for one in found.circles
    )
    names = "".join(
        f'<text x="{one.spot.label_x}" y="{one.spot.label_y}" dy="3.5" font-size="10.5" fill="#1d2b3a" stroke="#f6f0e6"'
        f' stroke-width="3" paint-order="stroke" text-anchor="{one.spot.anchor}">'
        f"{escape(writable(one.place.name))}</text>"
        for one in found.circles
        if one.spot.named
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {found.width} {found.height}"'
        f' width="{found.width}" height="{found.height}" font-family="Libertinus Serif">'
        f'<rect width="{found.width}" height="{found.height}" rx="6" fill="#f6f0e6"/>'
        f'<path d="{found.land}" fill="none" stroke="#d3c7b2" stroke-width="3.5" stroke-linecap="round"/>'
        f"{circles}{names}</svg>"
    ).encode()


def _number(one: Circle) -> str:
    return (
        f'<text x="{one.spot.x}" y="{one.spot.y}" dy="3.2" font-size="9.5" font-weight="bold" fill="#ffffff"'
        f' text-anchor="middle">{one.place.count}</text>'
    )
