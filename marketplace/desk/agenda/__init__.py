"""The calendar of the desk: what falls on which day, for a week, a month or one day."""

from marketplace.desk.agenda.kind import Entry, Kind
from marketplace.desk.agenda.kinds import BY_CODE, KINDS
from marketplace.desk.agenda.page import Day, Page, Span, read
from marketplace.desk.agenda.window import VIEWS, Window

__all__ = ["BY_CODE", "KINDS", "VIEWS", "Day", "Entry", "Kind", "Page", "Span", "Window", "read"]
