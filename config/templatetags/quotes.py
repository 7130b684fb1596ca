"""`{{ words|quoted }}`: a builtin of every template, so that no page writes marks of one language in the other."""

from django import template

from common.quotes import quoted

register = template.Library()
register.filter("quoted", quoted)
