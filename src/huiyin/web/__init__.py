"""The shell of the pages: layout, components, static files, translations. See docs/pages.md."""
