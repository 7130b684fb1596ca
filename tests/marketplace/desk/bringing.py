"""A pôle that moves in: who brings what, and the spreadsheets, as messy as they come."""

import io
from datetime import timedelta

import xlsxwriter
from django.utils import timezone

from marketplace.actions.market import imports
from marketplace.models import Import

ORGANISATIONS, PEOPLE, MISSIONS = "ORGANISATIONS", "PEOPLE", "MISSIONS"
FILES = {
    ORGANISATIONS: (
        "N°;Nom de la structure;Type;SIREN;CP;Ville;Site web;Contact\n"
        "A1;Les Bottines;Association;732829320;59000;Lille;bottines.example.org;Eve Petit\n"
        "A2;Recyclerie du Nord;asso loi 1901;;59000;Lille;;\n"
        "A3;Épicerie des Hauts;Coopérative;123;59000;Lille;;\n"
        "A4;=SUM(B2:B4);Association;;;;;\n"
        "A5;;Association;;;;;\n"
    ),
    PEOPLE: (
        "Réf;Nom;Prénom;Mail;Téléphone;Métier;Ville;Association\n"
        "P1;CISSÉ;Nora;nora@example.org;0600000001;Comptable;Lille;Les Bottines\n"
        "P2;Brun;Zoé;;;Graphiste;;\n"
        "P3;Roux;Paul;paul@example;;;;\n"
    ),
    MISSIONS: (
        "N° mission;Structure;Bénévole;Nombre de personnes;Date de début;Date de fin;Nb d'heures;Objet\n"
        "M1;Les Bottines;Nora Cissé;;12/03/2025;2025-04-12;42;Compta\n"
        "M2;A2;Jean Inconnu;;12 mars 2025;;12h30;Site internet\n"
        "M3;Recyclerie du Nord;;8;2025-03-12;;64,5;Chantier\n"
        "M4;Nulle Part;;;12/03/2025;;3;\n"
        "M5;Les Bottines;;;12/03/2199;;3;\n"
        "M6;Les Bottines;;;12/03/2025;;2 jours;\n"
    ),
}


def now():
    return timezone.now()


def work(table):
    """What the worker does, one turn after the other."""
    while (found := Import.objects.get(pk=table.pk)).is_working:
        imports.carry_on(found, now=now() + timedelta(minutes=10))
    return found


def sent(operator, by, kind, words=None, **more):
    content = more.pop("content", None) or (words or FILES[kind]).encode()
    table, _new = imports.receive(
        operator, kind, content=content, pole=operator.pole, by=by, now=now(), **more
    )
    return work(table)


def brought(operator, by, kind, words=None, **more):
    table = sent(operator, by, kind, words, **more)
    imports.start(table, by=by, now=now())
    return work(table)


def outcomes(table):
    return {line.number: (line.outcome, line.note) for line in table.lines.all()}


def wrong(table):
    return {
        (line.number, name, code) for line in table.lines.all() for name, code, _said in line.faults
    }


def workbook(*sheets, merge=()):
    """An XLSX of sheets, each a name and its lines; `merge`: cells merged downwards in the first, (from, to, column, words)."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
            if name == sheets[0][0]:
                for first, last, column, words in merge:
                    sheet.merge_range(first, column, last, column, words)
    return out.getvalue()
