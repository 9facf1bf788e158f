"""Personal drafts follow the request that they wait for, and go when their time is over."""

from calls.actions.personal import follow_answer
from portal.accounts.actions.joining import after_answer
from portal.jobs import schedules

after_answer(follow_answer)
schedules.register("personal-drafts", "calls.actions.personal.drop_over", cron="50 4 * * *")
