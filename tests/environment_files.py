"""What real readers make of a file of environment variables."""

import ctypes
import subprocess
from collections.abc import Mapping
from pathlib import Path

from honcho import environ  # type: ignore[import-untyped]  # it has no types

PATIENCE = 30.0
_SYSTEMD = ("systemd/libsystemd-shared-*.so", "*/systemd/libsystemd-shared-*.so")


def read_by_shell(path: Path, shell: str = "sh") -> Mapping[str, str]:
    """The variables that a shell has after reading the file, and had not before."""
    ended = subprocess.run(
        [f"/bin/{shell}", "-c", 'set -a; . "$1"; exec /usr/bin/env -0', shell, str(path)],
        env={"PWD": str(path.parent)},
        cwd=path.parent,
        capture_output=True,
        check=True,
        timeout=PATIENCE,
    )
    assert ended.stderr == b""
    pairs = dict(each.decode().split("=", 1) for each in ended.stdout.split(b"\0") if each)
    for own in ("PWD", "OLDPWD", "SHLVL", "_"):
        pairs.pop(own, None)
    return pairs


def read_by_systemd(path: Path) -> Mapping[str, str]:
    """What systemd's own function makes of the file, the one that `EnvironmentFile=` is read by."""
    found = [each for pattern in _SYSTEMD for each in Path("/usr/lib").glob(pattern)]
    library = ctypes.CDLL(str(found[0]))
    lines = ctypes.POINTER(ctypes.c_char_p)()
    ended = library.load_env_file(None, str(path).encode(), ctypes.byref(lines))
    assert ended >= 0, ended
    pairs: dict[str, str] = {}
    position = 0
    while lines[position] is not None:
        name, _, value = lines[position].decode().partition("=")
        pairs[name] = value
        position += 1
    return pairs


def read_by_honcho(path: Path) -> Mapping[str, str]:
    """What honcho makes of the file."""
    pairs: Mapping[str, str] = environ.parse(path.read_text())
    return pairs
