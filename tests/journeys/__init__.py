"""Whole journeys through a house that is really up."""
