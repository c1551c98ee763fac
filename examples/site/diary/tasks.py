"""What is done in the background."""

from celery import shared_task


@shared_task
def tidy() -> str:
    """Tidy the diary."""
    return "tidied"
