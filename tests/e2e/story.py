"""A copy of an example, its cache, and the command run in it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.behaviours.world import Ended

EXAMPLES = Path(__file__).parents[2] / "examples"
PATIENCE = 600.0
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


class Story:
    """An example in a scratch folder."""

    def __init__(self, name: str, folder: Path, *settings: str, cache: Path | None = None) -> None:
        made = shutil.ignore_patterns("build*", "pylock*.toml", "__pycache__")
        self.project = folder / name
        shutil.copytree(EXAMPLES / name, self.project, ignore=made)
        self.prefix = self.project / "build"
        self._environment = os.environ | {"ASSEMBLER_CACHE": str(cache or folder / "cache")}
        self._settings = [option for setting in settings for option in ("--set", setting)]

    def done(self, *arguments: str, **variables: str) -> Ended:
        """Run the command, which must succeed; `variables` are further ones of its environment."""
        ended = subprocess.run(
            [sys.executable, "-m", "assembler", *self._settings, *arguments],
            cwd=self.project,
            env=self._environment | variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    def said(self, launcher: str, *arguments: str) -> str:
        """What a launcher prints; it must succeed."""
        ended = subprocess.run(
            [str(self.prefix / "bin" / launcher), *arguments],
            cwd=self.project,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout.strip()
