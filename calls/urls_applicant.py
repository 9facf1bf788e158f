"""Addresses of the school's side. `/dossiers/<reference>/` itself is shared: calls.views.file sends each reader to their page."""

applicant_patterns: list = []
