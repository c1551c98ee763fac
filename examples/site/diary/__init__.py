"""A diary on the web."""

from diary.celery import app as celery

__all__ = ["celery"]
