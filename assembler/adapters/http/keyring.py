"""The user's keyring, asked through its own command."""

import json
import os
import re
import shutil
from collections.abc import Mapping

from assembler.errors import MachineError, NetworkError, StoppedError
from assembler.model.limits import DEFAULTS, Limits
from assembler.ports import CommandLine, Processes

Login = tuple[str, str]
"""A user name and a password."""

_QUIETLY = ("/bin/sh", "-c", 'exec "$0" "$@" 2>/dev/null')
"""Runs a command without what it says besides its answer."""

_PASSED = re.compile(
    r"HOME|USER|LOGNAME|PATH|LANG|TZ|TMPDIR|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY"
    r"|(?i:(?:https?|no|all)_proxy)|SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE"
    r"|(?:LC|XDG|DBUS|KEYRING|PYTHON_KEYRING|GNOME_KEYRING|KDE|GPG"
    r"|AWS|AZURE|ARTIFACTS_KEYRING|VSS|DOTNET|GOOGLE|CLOUDSDK)_\w+"
)
"""The variables that `keyring` and its back ends know: desktops, and the clouds' own logins."""


class Keyring:
    """The `keyring` command of the PATH, if there is one; a desktop may ask the user to unlock it.

    It is run like all other commands: in a session of its own, without a terminal, within limits.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        processes: Processes | None,
        limits: Limits = DEFAULTS,
    ) -> None:
        self._processes = processes
        self._limits = limits
        self._environment = {
            name: value for name, value in environment.items() if _PASSED.fullmatch(name)
        }
        self._command = shutil.which("keyring", path=environment.get("PATH", os.defpath))

    def login(self, service: str, username: str) -> Login | None:
        """What the keyring holds for a service; an empty user name means any.

        Raises `NetworkError` if it gives no answer in time.
        """
        if username:
            password = self._ask("get", service, username)
            return (username, password) if password else None
        try:
            found = json.loads(self._ask("--mode", "creds", "--output", "json", "get", service))
            return str(found["username"]), str(found["password"])
        except (ValueError, KeyError, TypeError, RecursionError):
            return None

    def _ask(self, *arguments: str) -> str:
        """What the command prints; nothing where it fails, as older ones do for some options."""
        if self._command is None or self._processes is None:
            return ""
        command = CommandLine(
            argv=(*_QUIETLY, self._command, *arguments),
            environment=self._environment,
            directory="/",
            timeout=self._limits.keyring_time,
        )
        try:
            ended = self._processes.run(command)
        except StoppedError:
            raise
        except MachineError:
            return ""
        if ended.timed_out:
            raise NetworkError(
                f"`keyring` gave no answer within {self._limits.keyring_time:g} seconds",
                hints=(self._limits.way_out("keyring_time"),),
            )
        text = ended.output.removesuffix("\n").removesuffix("\r")
        short = len(text) <= self._limits.secret_size
        return text if ended.status == 0 and short else ""
