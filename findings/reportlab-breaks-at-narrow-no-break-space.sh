#!/usr/bin/env bash
# reportlab 5.1.0: a paragraph keeps U+00A0 (no-break space) inside a line, but breaks at U+202F (narrow no-break space), which Unicode
# forbids to break as well (line breaking class GL, UAX #14) and French typography puts inside numbers and before ; ! ?
# Seen: "montant de 1 234 567 euros" with U+00A0 stays whole on a line of its own; with U+202F the number is cut between its thousands.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check "reportlab==5.1.0"
cat >"$folder/seen.py" <<'PY'
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Paragraph

STYLE = ParagraphStyle("plain", fontName="Helvetica", fontSize=10)


def lines(space: str) -> list[str]:
    number = space.join(["1", "234", "567"])
    width = stringWidth(f"montant de 1{space}234", "Helvetica", 10) + 1  # room for the beginning of the number only
    paragraph = Paragraph(f"montant de {number} euros", STYLE)
    paragraph.wrap(width, 500)
    return [" ".join(words) for _, words in paragraph.blPara.lines]


kept, cut = lines("\u00a0"), lines("\u202f")
print("U+00A0:", kept)
print("U+202F:", cut)
assert any("1\u00a0234\u00a0567" in line for line in kept), kept
assert not any("567" in line and "234" in line for line in cut), cut
PY
"$folder/venv/bin/python" "$folder/seen.py"
