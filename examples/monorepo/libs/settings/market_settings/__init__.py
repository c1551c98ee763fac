"""Shared by the services of the market: settings."""

import os


def setting(name: str) -> str:
    """A setting of the service that runs."""
    return os.environ[name]
