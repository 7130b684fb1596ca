"""Filters and tags of every page: icons, dates, looks."""
