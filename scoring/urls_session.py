"""Addresses of the sittings, the decisions and the release."""

session_patterns: list = []
