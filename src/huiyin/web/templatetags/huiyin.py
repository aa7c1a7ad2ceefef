"""`{% load huiyin %}`: all components of the pages in one library. Parameters: docs/pages.md."""

from django import template

from huiyin.web.tags import blocks, figures, marks, parts, times

register = template.Library()
for room in (marks, times, figures, parts, blocks):
    register.tags.update(room.register.tags)
    register.filters.update(room.register.filters)
