from django.db import models

from portal.ui import looks
from portal.ui.looks import Look


class Audience(models.TextChoices):
    """Who reads a thread: its lycée and the Région, or the Région alone."""

    SHARED = "shared", "Avec le lycée"
    INSIDE = "inside", "Interne à la Région"


class ThreadSide(models.TextChoices):
    LYCEE = "lycee", "Lycée"
    REGION = "region", "Région"


class ThreadState(models.TextChoices):
    """Whose turn it is. An internal thread has one side: it is open, or closed."""

    REGION = "region", "La Région doit répondre"
    LYCEE = "lycee", "Le lycée doit répondre"
    OPEN = "open", "Ouvert"
    CLOSED = "closed", "Rien à répondre"


ThreadState.AWAITED = (ThreadState.REGION, ThreadState.LYCEE, ThreadState.OPEN)  # somebody is to answer, or to read
ThreadState.TURNS = {ThreadState.REGION: ThreadSide.REGION, ThreadState.LYCEE: ThreadSide.LYCEE, ThreadState.OPEN: ThreadSide.REGION}
ThreadState.LOOKS = {
    ThreadState.REGION: looks.WAITING,
    ThreadState.LYCEE: looks.WAITING,
    ThreadState.OPEN: Look("accent", "chat-bubble-left-right"),
    ThreadState.CLOSED: looks.DONE,
}
