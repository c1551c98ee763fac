"""Whom credentials may be asked of."""

from collections.abc import Mapping
from os import environ

import msgspec

from assembler.model.project import IndexRoute
from assembler.ports import Processes


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """The environment, and what runs the user's keyring, for these indexes.

    Without `processes` no keyring is asked.
    """

    environment: Mapping[str, str] = environ
    indexes: tuple[IndexRoute, ...] = ()
    processes: Processes | None = None
