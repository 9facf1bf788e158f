"""Personal drafts follow the request that they wait for, and go when their time is over."""

from calls.actions.personal import KEPT, follow_answer
from portal.accounts.actions.joining import after_answer
from portal.files import periods
from portal.jobs import schedules

after_answer(follow_answer)
periods.register(
    50, "un brouillon personnel, préparé en attendant d’être accepté dans un lycée", lambda: KEPT,
    "après un refus, ou la fin d’une demande sans réponse",
)  # fmt: skip
schedules.register("personal-drafts", "calls.actions.personal.drop_over", cron="50 4 * * *")
