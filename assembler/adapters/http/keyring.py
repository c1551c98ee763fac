"""The user's keyring, asked through its own command."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping

_PATIENCE = 60.0

Login = tuple[str, str]
"""A user name and a password."""


class Keyring:
    """The `keyring` command of the PATH, if there is one; it may ask the user to unlock it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)
        self._command = shutil.which("keyring", path=environment.get("PATH", os.defpath))

    def login(self, service: str, username: str) -> Login | None:
        """What the keyring holds for a service; an empty user name means any."""
        if username:
            password = self._ask("get", service, username)
            return (username, password) if password else None
        try:
            found = json.loads(self._ask("--mode", "creds", "--output", "json", "get", service))
            return str(found["username"]), str(found["password"])
        except (ValueError, KeyError, TypeError):
            return None

    def _ask(self, *arguments: str) -> str:
        """What the command prints; nothing where it fails, as older ones do for some options."""
        if self._command is None:
            return ""
        try:
            ended = subprocess.run(
                [self._command, *arguments],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=_PATIENCE,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return ""
        text = ended.stdout.decode("utf-8", "replace").removesuffix("\n").removesuffix("\r")
        return text if ended.returncode == 0 else ""
