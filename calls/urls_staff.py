"""Addresses of the Région's side: list of files, instruction, steering of the calls."""

staff_patterns: list = []
