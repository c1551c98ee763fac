"""Git repositories for tests."""

import subprocess
from pathlib import Path

from tests.wheels import source_files

PATIENCE = 60.0


def says(name: str, text: str) -> dict[str, str]:
    """The files of a distribution whose script prints a text."""
    return {f"{name}.py": f'def main():\n    print("{text}")\n'}


class Repository:
    """A git repository with one distribution, `helper`, in a folder or at the top."""

    def __init__(self, folder: Path, subdirectory: str = ".") -> None:
        self.folder = folder
        self.top = folder / subdirectory
        self.top.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main")

    @property
    def url(self) -> str:
        """Its URL."""
        return self.folder.as_uri()

    def git(self, *words: str) -> str:
        """Run git in it."""
        settings = ("-c", "user.name=N", "-c", "user.email=n@example.com", "-c", "commit.gpgsign=0")
        command = ["git", *settings, *words]
        return subprocess.run(
            command, cwd=self.folder, check=True, timeout=PATIENCE, capture_output=True, text=True
        ).stdout.strip()

    def commit(self, version: str, *tags: str) -> str:
        """Commit a version of the distribution, and return the commit."""
        files = source_files(
            "helper",
            version,
            files=says("helper", f"helper {version}"),
            scripts={"helper": "helper:main"},
        )
        for name, content in files.items():
            path = self.top / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", version)
        for tag in tags:
            self.git("tag", tag)
        return self.git("rev-parse", "HEAD")
