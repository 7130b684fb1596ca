"""A report to those who pay as a text document (ODT), to go on with by hand: real headings, tables with a first row that says
what they hold, charts and maps as pictures beside the table that says the same."""

import re
from collections.abc import Callable, Iterable
from html import escape
from io import BytesIO

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from odfdo import Document, Element, Frame, Paragraph

from common.quotes import quoted
from marketplace.documents import report_map
from marketplace.documents.report_blocks import (
    Bars,
    Block,
    Figures,
    LaidOut,
    Map,
    Names,
    Partners,
    Story,
    Words,
)
from marketplace.documents.report_pdf import LOGO, PHOTO, picture_of
from marketplace.documents.report_words import (
    HEAD,
    LABEL,
    TITLE,
    chart_in_words,
    in_percent,
    logo_in_words,
    map_in_words,
    our_logo_in_words,
    our_words,
    photo_in_words,
    short,
    titled,
    told,
)
from marketplace.documents.small_pictures import size_of, small

# What XML can't hold, and the marks that turn the direction of what comes after them.
LEFT_OUT = re.compile(
    "[^\t\n\r\x20-\u2029\u202f-\u2065\u206a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
WIDE = 16.0  # centimetres between the margins
PHOTO_SIDE, LOGO_WIDE, LOGO_TALL = 8.0, 3.0, 1.5  # centimetres
COUNTRY = {"fr": "fr-FR", "en": "en-GB"}

# Paragraphs by the names that a text editor lists. The headings are its own, in our colours.
PARAGRAPHS = {
    "Title": ("", 'fo:margin-bottom="0.2cm" fo:keep-with-next="always"', 'fo:font-size="26pt" fo:font-weight="bold" fo:color="#0f5c5c" style:font-name="Liberation Sans"'),
    "Subtitle": ("", 'fo:margin-bottom="0.1cm"', 'fo:font-size="13pt" fo:color="#52606d"'),
    "Note": ("Text_20_body", 'fo:margin-left="0.3cm" fo:padding-left="0.2cm" fo:border-left="1pt solid #c9bda8"', 'fo:font-size="9pt" fo:color="#52606d"'),
    "Quotations": ("Text_20_body", 'fo:margin-left="0.6cm" fo:padding-left="0.3cm" fo:border-left="2pt solid #b84a33"', 'fo:font-style="italic" fo:font-size="12pt"'),
    "Quoted": ("Text_20_body", 'fo:margin-left="0.9cm"', 'fo:font-size="9.5pt" fo:color="#52606d"'),
    "Cell": ("Standard", "", 'fo:font-size="10.5pt"'),
    "Number": ("Cell", 'fo:text-align="end"', ""),
    "Head": ("Cell", 'fo:keep-with-next="always"', 'fo:font-weight="bold" fo:font-size="9pt"'),
    "Head_20_number": ("Head", 'fo:text-align="end"', ""),
    "Foot": ("Standard", 'fo:text-align="end"', 'fo:font-size="8.5pt" fo:color="#52606d"'),
}  # fmt: skip
HEADINGS = {
    "Heading_20_1": ('fo:margin-top="0.9cm" fo:margin-bottom="0.3cm" fo:keep-with-next="always"', 'fo:font-size="18pt" fo:font-weight="bold" fo:font-style="normal" fo:color="#0f5c5c"'),
    "Heading_20_2": ('fo:margin-top="0.6cm" fo:margin-bottom="0.2cm" fo:keep-with-next="always"', 'fo:font-size="12.5pt" fo:font-weight="bold" fo:font-style="normal" fo:color="#1d2b3a"'),
}  # fmt: skip
CELL = (
    '<style:style style:name="Ruled" style:family="table-cell"><style:table-cell-properties'
    ' fo:padding="0.12cm" fo:border="none" fo:border-bottom="0.5pt solid #c9bda8"'
    ' style:vertical-align="middle"/></style:style>'
)
FOOT = (
    '<style:footer-style><style:header-footer-properties fo:min-height="0.8cm"'
    ' fo:margin-top="0.4cm"/></style:footer-style>'
)


def odt(laid_out: LaidOut, *, logo: str = "") -> bytes:
    """The whole report. `logo`: that of the pôle, as a path in the media storage."""
    with override(laid_out.language):
        writer = _Writer(laid_out, logo)
        for chapter in laid_out.chapters:
            writer.heading(1, chapter.title)
            if not chapter.blocks:
                writer.paragraph(our_words()["empty"], "Note")
            for block in chapter.blocks:
                writer.block(block)
        return writer.written()


class _Writer:
    """A document as it is being written, from its first line to its last."""

    def __init__(self, laid_out: LaidOut, logo: str) -> None:
        self.language = laid_out.language
        self.words = our_words()
        self.tables = 0
        self.document = Document("text")
        self.document.del_part("Thumbnails/thumbnail.png")
        self.document.body.clear()
        self.document.set_language(COUNTRY[laid_out.language])
        self.document.meta.title = titled(_plain(laid_out.title))
        self.document.meta.creation_date = (
            timezone.localtime()
        )  # not that of the library's empty document
        self.document.meta.subject = short(_plain(laid_out.subtitle), TITLE)
        _dress(self.document)
        _number_pages(self.document, self.words["page"])
        self._own_logo(logo)
        self.paragraph(titled(laid_out.title), "Title")
        self.paragraph(short(laid_out.subtitle, TITLE), "Subtitle")
        self.paragraph(laid_out.made_on, "Subtitle")
        if not laid_out.chapters:
            self.paragraph(self.words["nothing"])

    def _own_logo(self, path: str) -> None:
        logo = small(path, LOGO)
        if logo:
            size = _within(size_of(logo), 2 * LOGO_WIDE, LOGO_TALL)
            alt = our_logo_in_words()
            self.document.body.append(self.picture(logo, alt, alt, size))

    def written(self) -> bytes:
        kept = BytesIO()
        self.document.save(kept)
        return kept.getvalue()

    def block(self, block: Block) -> None:
        write: dict[type, Callable] = {
            Words: self._said,
            Figures: self._figures,
            Bars: self._bars,
            Map: self._map,
            Names: self._names,
            Story: self._story,
            Partners: self._partners,
        }
        write[type(block)](block)

    # --- what a document is made of ---------------------------------------------------------
    def heading(self, level: int, text: str) -> None:
        words = escape(titled(_plain(text)))
        self.document.body.append(
            Element.from_tag(
                f'<text:h text:style-name="Heading_20_{level}" text:outline-level="{level}">{words}</text:h>'
            )
        )

    def paragraph(self, text: str, style: str = "Text_20_body") -> None:
        """As many lines as it was typed in; none for no words."""
        if text.strip():
            self.document.body.append(_paragraph(told(text), style))

    def picture(self, content: bytes, name: str, alt: str, size: tuple[float, float]) -> Paragraph:
        """A paragraph that holds the picture, with what somebody who doesn't see it is told."""
        frame = Frame.image_frame(
            self.document.add_file(BytesIO(content)),
            name=short(_plain(name), HEAD),
            size=tuple(f"{one:.2f}cm" for one in size),
            anchor_type="as-char",
        )
        frame.svg_title = short(_plain(name), TITLE)
        frame.svg_description = short(_plain(alt), TITLE)
        held = Paragraph(style="Text_20_body")
        held.append(frame)
        return held

    def table(
        self,
        head: list[str],
        rows: Iterable[list],
        widths: list[int],
        name: str,
        *,
        numbers: bool = True,
    ) -> None:
        """Rows of words or of paragraphs that are ready. The first row is said to be the head; `numbers`: whether the
        second column and the next are read by their ends; `widths` are parts of the page's."""
        self.tables += 1
        style = f"Table{self.tables}"
        table = Element.from_tag("table:table")
        table.set_attribute("table:name", f"{self.tables} {_plain(name)}"[:80])
        for number, part in enumerate(widths):
            self._column(f"{style}.{number}", WIDE * part / sum(widths))
            column = Element.from_tag("table:table-column")
            column.set_attribute("table:style-name", f"{style}.{number}")
            table.append(column)
        first = Element.from_tag("table:table-header-rows")
        first.append(_row(head, "Head", "Head_20_number" if numbers else "Head"))
        table.append(first)
        for row in rows:
            table.append(_row(row, "Cell", "Number" if numbers else "Cell"))
        self.document.body.append(table)
        self.document.body.append(Paragraph(style="Standard"))

    def _column(self, name: str, wide: float) -> None:
        self.document.insert_style(
            f'<style:style style:name="{name}" style:family="table-column">'
            f'<style:table-column-properties style:column-width="{wide:.2f}cm"/></style:style>',
            automatic=True,
        )

    # --- blocks -------------------------------------------------------------------------------
    def _said(self, block: Words) -> None:
        for text in block.paragraphs:
            self.paragraph(text, "Note" if block.is_note else "Text_20_body")

    def _figures(self, block: Figures) -> None:
        """Only the columns that say something."""
        columns: list[tuple[str, list[str], int]] = [
            (self.words["figure"], [row.label for row in block.rows], 5),
            (block.year, [row.value for row in block.rows], 2),
            (block.year_before, [row.before for row in block.rows], 2),
            (self.words["target"], [row.target for row in block.rows], 2),
            (self.words["share"], [in_percent(row.share_of_target) for row in block.rows], 2),
        ]
        kept = [column for number, column in enumerate(columns) if number < 2 or any(column[1])]
        rows = zip(*(cells for _head, cells, _wide in kept), strict=True)
        heads, widths = [head for head, _cells, _wide in kept], [wide for *_rest, wide in kept]
        self.table(heads, map(list, rows), widths, self.words["figure"])

    def _bars(self, block: Bars) -> None:
        self.heading(2, block.title)
        self._drawing(block, chart_in_words(block.title))  # fmt: skip
        rows = [[row.label, row.said] for row in block.rows]
        self.table(list(block.head), rows, [4, 1], block.title)

    def _map(self, block: Map) -> None:
        self.heading(2, block.title)
        places = report_map.most_first(block)
        if not places:
            self.paragraph(self.words["nowhere"])
            return
        self._drawing(block, map_in_words(block))
        rows = [[one.name, str(one.count)] for one in places]
        self.table([self.words["place"], self.words["number"]], rows, [4, 1], block.title)

    def _names(self, block: Names) -> None:
        head = [self.words["structure"], self.words["place"]]
        rows = [list(row) for row in block.rows]
        self.table(head, rows, [3, 2], self.words["structure"], numbers=False)

    def _drawing(self, block: Bars | Map, alt: str) -> None:
        content = picture_of(block, self.language)
        if content:
            size = _within(size_of(content), WIDE, WIDE)
            self.document.body.append(self.picture(content, block.title, alt, size))

    def _story(self, block: Story) -> None:
        self.heading(2, block.title)
        photo = small(block.picture, PHOTO)
        if photo:
            size = _within(size_of(photo), PHOTO_SIDE, PHOTO_SIDE)
            alt = photo_in_words(block)
            self.document.body.append(self.picture(photo, block.title, alt, size))
        for line in block.lines:
            self.paragraph(line)
        if block.quote:
            self.paragraph(quoted(block.quote), "Quotations")
            self.paragraph(block.quoted, "Quoted")

    def _partners(self, block: Partners) -> None:
        rows = [[one.name, one.role, self._logo(one.logo, one.name)] for one in block.rows]
        head = [_("Partner"), _("Role"), _("Logo")]
        if rows:
            self.table(head, rows, [4, 3, 2], _("Partners"), numbers=False)

    def _logo(self, path: str, name: str) -> Paragraph | str:
        logo = small(path, LOGO)
        if not logo:
            return ""
        size = _within(size_of(logo), LOGO_WIDE, LOGO_TALL)
        return self.picture(logo, name, logo_in_words(name), size)


def _paragraph(text: str, style: str) -> Element:
    """Put together as it is written: the library looks at all that is before it for each line that it adds."""
    lines = "<text:line-break/>".join(escape(line.strip()) for line in _plain(text).split("\n"))
    return Element.from_tag(f'<text:p text:style-name="{style}">{lines}</text:p>')


def _row(cells: Iterable, first: str, others: str) -> Element:
    row = Element.from_tag("table:table-row")
    for number, said in enumerate(cells):
        cell = Element.from_tag("table:table-cell")
        cell.set_attribute("table:style-name", "Ruled")
        cell.set_attribute("office:value-type", "string")
        style = others if number else first
        cell.append(_paragraph(short(said, LABEL), style) if isinstance(said, str) else said)
        row.append(cell)
    return row


def _dress(document: Document) -> None:
    """Gives the document its styles."""
    for name, (parent, laid, written) in PARAGRAPHS.items():
        document.insert_style(_style(name, parent or "Standard", laid, written))
    for name, (laid, written) in HEADINGS.items():
        heading = _its_own(document, f'//style:style[@style:name="{name}"]')
        for former in heading.children:
            heading.delete(former)
        for tag, properties in (("paragraph", laid), ("text", written)):
            heading.append(Element.from_tag(f"<style:{tag}-properties {properties}/>"))
    for level in document.styles.get_elements("//text:outline-level-style"):
        level.set_attribute("style:num-format", "")  # chapters have no numbers
        for number in ("style:num-suffix", "loext:num-list-format"):
            level.set_attribute(number, None)
    document.insert_style(CELL, automatic=True)


def _number_pages(document: Document, page: str) -> None:
    layout = _its_own(document, "//style:page-layout")
    for former in layout.get_elements("style:footer-style"):
        layout.delete(former)
    layout.append(Element.from_tag(FOOT))
    footer = Element.from_tag("<style:footer/>")
    footer.append(
        Element.from_tag(
            f'<text:p text:style-name="Foot">{page} <text:page-number text:select-page="current"/></text:p>'
        )
    )
    _its_own(document, "//style:master-page").append(footer)


def _its_own(document: Document, path: str) -> Element:
    """What the library's empty document has among its styles."""
    found = document.styles.get_element(path)
    if found is None:
        raise LookupError(path)
    return found


def _style(name: str, parent: str, laid: str, written: str) -> str:
    return (
        f'<style:style style:name="{name}" style:display-name="{name.replace("_20_", " ")}" style:family="paragraph"'
        f' style:parent-style-name="{parent}"><style:paragraph-properties {laid}/>'
        f"<style:text-properties {written}/></style:style>"
    )


def _within(size: tuple[int, int], wide: float, tall: float) -> tuple[float, float]:
    """The size in centimetres of a picture that has to fit."""
    scale = min(wide / size[0], tall / size[1])
    return size[0] * scale, size[1] * scale


def _plain(text: str) -> str:
    return LEFT_OUT.sub("", text)
