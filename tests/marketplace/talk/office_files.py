"""Documents of office suites, small and true to their formats: a part more or less, and they act."""

import io
import zipfile

import xlsxwriter

PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0" '
    'xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0" '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
    'xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" '
    'xmlns:xlink="http://www.w3.org/1999/xlink"'
)
LINK = ("hyperlink", "https://example.org/", True)


def zipped(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as box:
        for name, content in parts.items():
            box.writestr(name, content)
    return out.getvalue()


def relationships(*told: tuple[str, str, bool]) -> str:
    """Each: its kind, its target, whether that is outside."""
    lines = "".join(
        f'<Relationship Id="r{number}" Type="{OFFICE}/{kind}" Target="{target}"'
        f"{' TargetMode="External"' if outside else ''}/>"
        for number, (kind, target, outside) in enumerate(told)
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}/relationships">{lines}</Relationships>'


def types(*more: str) -> str:
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    lines = "".join(
        f'<Default Extension="x{n}" ContentType="{kind}"/>' for n, kind in enumerate(more)
    )
    return (
        f'<?xml version="1.0"?><Types xmlns="{PACKAGE}/content-types">{lines}'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    )


def docx(body: str = "<w:p/>", *told: tuple[str, str, bool], kinds=(), **parts: str) -> bytes:
    """`parts`: their names with __ for / and _ for . (word__settings_xml)."""
    document = f'<?xml version="1.0"?><w:document xmlns:w="{WORD}" xmlns:r="{OFFICE}"><w:body>{body}</w:body></w:document>'
    more = {name.replace("__", "/").replace("_", "."): content for name, content in parts.items()}
    return zipped(
        {
            "[Content_Types].xml": types(*kinds),
            "_rels/.rels": relationships(("officeDocument", "word/document.xml", False)),
            "word/document.xml": document,
            "word/_rels/document.xml.rels": relationships(("styles", "styles.xml", False), *told),
            "word/styles.xml": f'<w:styles xmlns:w="{WORD}"><w:style w:type="paragraph" w:styleId="macro"/></w:styles>',
        }
        | more
    )


def xlsx(change=None) -> bytes:
    """A workbook as a program writes it: figures, a formula, a link; `change(parts)` then."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Budget | 2026")
        sheet.write(0, 0, 12.5)
        sheet.write_formula(0, 1, "='Budget | 2026'!A1*2")
        sheet.write_formula(0, 2, '="a|b!"&A1')
        sheet.write_url(1, 0, "https://example.org/")
    with zipfile.ZipFile(out) as box:
        parts = {name: box.read(name) for name in box.namelist()}
    if change:
        change(parts)
    return zipped(parts)


def odt(body: str = "<text:p>Bonjour</text:p>", *, kind="text", **parts: str) -> bytes:
    more = {name.replace("__", "/").replace("_", "."): content for name, content in parts.items()}
    media = f"application/vnd.oasis.opendocument.{kind}"
    return zipped(
        {
            "mimetype": media,
            "content.xml": f'<?xml version="1.0"?><office:document-content {ODF}><office:scripts/><office:body>{body}</office:body></office:document-content>',
            "meta.xml": f'<office:document-meta {ODF}><meta:template xlink:href="file:///C:/modeles/lettre.ott"/></office:document-meta>',
            "META-INF/manifest.xml": f'<manifest:manifest {ODF}><manifest:file-entry manifest:full-path="/" manifest:media-type="{media}"/></manifest:manifest>',
        }
        | more
    )
