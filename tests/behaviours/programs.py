"""Programs whose launchers print versions, and what they do when they run."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.behaviours.world import PATIENCE, World
from tests.wheels import import_name


def program(name: str, requires: Sequence[str], more: str = "") -> str:
    """A part that is a program with these requirements."""
    return (
        f'\n[parts.{name}]\nrecipe = "program"\nrequires = {json.dumps(list(requires))}\n{more}\n'
    )


def release_app(
    world: World, name: str, version: str, *scripts: str, shows: str = "", **contents: Any
) -> None:
    """Release a distribution; its scripts print its own version, and that of what it `shows`."""
    package = import_name(name)
    code = f'__version__ = "{version}"\n\n\ndef main():\n    print("{name}", __version__)\n'
    if shows:
        code += f'    import {shows}\n    print("{shows}", {shows}.__version__)\n'
    world.release(
        name,
        version,
        files={f"{package}/__init__.py": code},
        entry_points={"console_scripts": dict.fromkeys(scripts, f"{package}:main")},
        **contents,
    )


def shown(world: World) -> list[str]:
    """The names in the prefix's `bin`."""
    return sorted(path.name for path in world.prefix.glob("bin/*"))


def stored(world: World) -> list[str]:
    """The wheels in the prefix's store, each as `name-version`, in order."""
    store = world.prefix / ".assembly/store"
    return sorted(path.name.rpartition("-")[0] for path in store.iterdir() if path.is_dir())


def start(
    launcher: Path, *arguments: str, written: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a launcher to whatever end, with this on its standard input."""
    return subprocess.run(
        [str(launcher), *arguments],
        input=written,
        env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
