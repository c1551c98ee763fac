"""A shop that sells tea."""

from shop.celery import app as celery

__all__ = ["celery"]
