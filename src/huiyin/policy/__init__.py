"""The handbook: rules, words, limits and targets as data."""
