"""What the page of an act names: whoever presses acts on that, or is told what stands now and reads again."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from portal.workflow.gate import TransitionRefused

SHORT = 12


class ToldOtherwise(TransitionRefused):
    """The page named something else than what would be acted on."""


@dataclass(frozen=True)
class Told:
    """`sentences`: what a page says of what it acts on. `rows`: values of which it shows a sum, or too long to be written in it."""

    sentences: tuple[str, ...]
    rows: tuple[object, ...] = ()

    @property
    def mark(self) -> str:
        """What the page keeps of it (`{% seen told %}`): a fingerprint of each sentence, then of the values."""
        return ".".join(_short(each) for each in (*self.sentences, repr(self.rows)))

    def refuse_other(self, seen: str | None) -> None:
        """For an act that has just locked what it changes, asked of what stands now; `seen` is what the page kept.

        Raises ToldOtherwise when the page named something else; a page that says nothing of what it showed is believed.
        """
        if not seen or seen == self.mark:
            return
        known = set(seen.split("."))
        changed = [sentence.rstrip(".") for sentence in self.sentences if _short(sentence) not in known]
        now = f" Désormais : {' ; '.join(changed)}." if changed else ""
        raise ToldOtherwise(
            [f"Ce que votre page annonçait a changé depuis que vous l’avez ouverte.{now} Relisez-la, puis recommencez."], wrong_state=True
        )


def told(sentences: Iterable[str], rows: Iterable[object] = ()) -> Told:
    """What is said, each sentence once and without what is empty."""
    return Told(tuple(dict.fromkeys(filter(None, sentences))), tuple(rows))


def _short(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:SHORT]
