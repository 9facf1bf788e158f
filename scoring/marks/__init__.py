"""What the marks of a jury say, apart from what is selected: the score, agreement, disagreement, severity.

Nothing here is decided for the jury: `combination` is the rule that makes the score, everything else is an information.
"""
