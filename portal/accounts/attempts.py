"""Passwords tried from one address: many accounts missed slow its unknown browsers down, and refuse nobody.

A whole school, or an academy, may sit behind one address: what one person does there must not close the door to the others.
"""

import hashlib
import threading
import time

from django.core.cache import cache

WINDOW = 15 * 60  # seconds
MANY_ACCOUNTS = 20  # accounts missed from one address within the window: more than a room of people who mistype
MOST_WAIT = 4  # seconds that one try waits
WAITING = threading.BoundedSemaphore(2)  # tries that may wait at a time: the other threads of the process serve the site
MOST_KEPT = 500  # accounts counted for one address: beyond, the wait does not grow


def note_failure(address: str, account: str) -> None:
    """An account was missed from this address. The same account counts once."""
    now = time.time()
    missed = {key: at for key, at in cache.get(_key(address), {}).items() if at > now - WINDOW}
    if len(missed) < MOST_KEPT:
        missed[hashlib.sha256(account.encode()).hexdigest()[:16]] = now
    cache.set(_key(address), missed, WINDOW)


def wait_of(address: str) -> int:
    """Seconds that a try from this address waits: none up to `MANY_ACCOUNTS` accounts missed, then one more for as many again."""
    now = time.time()
    missed = sum(at > now - WINDOW for at in cache.get(_key(address), {}).values())
    return min(missed // MANY_ACCOUNTS, MOST_WAIT)


def hold_back(seconds: int) -> bool:
    """Wait that long; False, at once, when too many tries wait already: this one is to be made again in a moment."""
    if seconds <= 0:
        return True
    if not WAITING.acquire(blocking=False):
        return False
    try:
        time.sleep(seconds)
    finally:
        WAITING.release()
    return True


def _key(address: str) -> str:
    return "sign-in-missed:" + hashlib.sha256(address.encode()).hexdigest()
