"""The template tags, by what they show: marks, times, figures, parts of a page, blocks round other markup."""
