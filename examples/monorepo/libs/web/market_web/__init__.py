"""Shared by the services of the market: web."""

import json

from market_settings import setting


def answer(service: str, **said: object) -> int:
    """Say what a service has to say."""
    print(json.dumps({"service": service, "port": int(setting("PORT")), **said}))
    return 0
