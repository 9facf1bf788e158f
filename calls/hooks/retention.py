"""What this app keeps of files and how it goes, the job that deletes, and what the clock does of it."""

from calls import retention
from calls.actions import erasing
from calls.actions.retention import JOB, run
from calls.enums import BulkResult
from calls.models import RetentionProposal
from calls.queries.retention import holding
from portal.jobs.models import Job
from portal.jobs.progress import JobProgress
from portal.jobs.registry import job

holding(*retention.OF_CONTENT, held=erasing.content_held, erase=erasing.erase_content)
holding(retention.EXCHANGES, held=erasing.exchanges_held, erase=erasing.erase_exchanges)


@job(JOB)
def erase_retained(job: Job, progress: JobProgress) -> dict:
    """Carry out a confirmed list. Started again, it goes on where it stopped."""
    proposal = RetentionProposal.objects.select_related("call").get(pk=job.params["proposal"])
    run(proposal, progress)
    return {"done": proposal.items.filter(result=BulkResult.DONE).count()}
