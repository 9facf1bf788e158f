"""`python -m scoring.selection`: one answer and out.

Nothing that the imports make is ever garbage: the collector looks one hundred times less often than by default, which is a twentieth of the time
of a short answer, and still looks (the searches make no cycles that last).
"""

import gc

gc.set_threshold(70_000)

from scoring.selection.command import run  # noqa: E402, the collector first: most of what it would look at comes with this line

run()
