"""Addresses of the jury: grid, panel, assignment, piles, scoring, ranking."""

jury_patterns: list = []
