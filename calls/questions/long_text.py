"""A text of several lines."""

from dataclasses import dataclass

from calls.questions.text import TextQuestion


@dataclass(frozen=True, kw_only=True)
class LongTextQuestion(TextQuestion):
    kind = "long_text"
    minutes = 10
    name = "Texte long"
    multiline = True
    usual_length = 4000

    max_length: int = 4000
