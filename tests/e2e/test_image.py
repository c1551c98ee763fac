"""An image, built by a real buildah from this machine's own files, and run."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.e2e.rootfs import CERTIFICATES, make_rootfs
from tests.e2e.story import PATIENCE, PYTHON, Story

PROJECT = Path(__file__).parents[2]
PATH = "/usr/local/bin:/usr/bin:/bin"
BASE = "docker.io/library/python:3.11-slim@sha256:" + 4 * "0123456789abcdef"


class Buildah:
    """Buildah with a storage of its own, whose mounts end with each command where they may."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / "tmp").mkdir(parents=True)
        self.environment = os.environ | {
            "BUILDAH_ISOLATION": "chroot",
            "CONTAINERS_STORAGE_CONF": str(folder / "storage.conf"),
            "TMPDIR": str(folder / "tmp"),
        }
        self._alone: list[str] = []
        alone = ["unshare", "--mount"]
        if self._run([*alone, "true"]).returncode == 0:
            self._alone = alone
        self._use("overlay" if self._alone else "vfs")
        if self._run(["buildah", "info"]).returncode != 0:
            self._use("vfs")

    def _use(self, driver: str) -> None:
        places = f'graphroot = "{self._folder}/images"\nrunroot = "{self._folder}/run"\n'
        configuration = f'[storage]\ndriver = "{driver}"\n{places}'
        (self._folder / "storage.conf").write_text(configuration)

    def __call__(self, *arguments: str | Path) -> str:
        """Run a command of buildah, which must succeed."""
        ended = self._run(["buildah", *arguments])
        assert ended.returncode == 0, ended.stderr
        return ended.stdout.strip()

    def _run(self, command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self._alone, *command],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def build(self, launcher: Path, *arguments: str) -> None:
        """Let the launcher build, which takes this buildah."""
        ended = self._run([launcher, *arguments])
        assert ended.returncode == 0, ended.stdout[-4000:] + ended.stderr[-4000:]

    def runs(self, image: str) -> bool:
        """Whether this machine lets containers run, which takes rights that not everyone has."""
        container = self("from", "--pull=never", image)
        ended = self._run(["buildah", "run", container, "--", "/bin/sh", "-c", "exit 0"])
        self("rm", container)
        refused = re.search("not permitted|permission denied", ended.stderr, re.IGNORECASE)
        assert ended.returncode == 0 or refused, ended.stderr
        return ended.returncode == 0

    def base(self, folder: Path) -> str:
        """An image of a folder, by its digest."""
        container = self("from", "scratch")
        self("add", "--quiet", container, folder, "/")
        self("config", "--env", f"PATH={PATH}", container)
        self("commit", "--quiet", container, "localhost/base")
        self("rm", container)
        return "localhost/base@" + self("images", "--format", "{{.Digest}}", "localhost/base")

    def image(self, name: str) -> Any:
        """What an image says of itself."""
        return json.loads(self("inspect", "--type", "image", name))["OCIv1"]


def assembler_wheel(folder: Path) -> str:
    """Build the wheel of this checkout into a folder; its name."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory"]
    subprocess.run([*command, folder], cwd=PROJECT, check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    return wheel.name


def pip_configuration(folder: Path) -> Path:
    """What pip is told in the build: how this machine reaches PyPI."""
    file = folder / "pip.conf"
    index = os.environ.get("PIP_INDEX_URL", "")
    lines = (f"index-url = {index}" if index else "", f"cert = {CERTIFICATES}")
    file.write_text("[global]\n" + "\n".join(lines) + "\n")
    return file


def test_an_image_is_built_from_the_lock_and_runs(tmp_path: Path) -> None:
    buildah = Buildah(tmp_path / "containers")
    make_rootfs(tmp_path / "rootfs")
    story = Story("greeter", tmp_path)
    wheel = assembler_wheel(story.project / "dist")
    file = story.project / "assembly.toml"
    base = buildah.base(tmp_path / "rootfs")
    text = file.read_text().replace(BASE, base).replace('python = "3.11"', f'python = "{PYTHON}"')
    file.write_text(f'{text}assembler = "dist/{wheel}"\n')
    story.done("lock")
    story.done("build", "image")

    if not buildah.runs(base):
        return
    launcher = story.prefix / "bin/build-image"
    given = ("--pull=never", "--secret", f"id=pip,src={pip_configuration(tmp_path)}")
    buildah.build(launcher, "--tag", "greeter", *given)
    first = buildah.image("localhost/greeter")
    assert first["config"]["User"] == "greeter"
    assert first["config"]["Labels"]["org.opencontainers.image.title"] == "greeter"
    said = said_by(buildah, first["config"])
    assert said == ["Hello, world! You are the 1st.", "Hello, world! You are the 2nd."]

    file.write_text(file.read_text().replace("[parts.app]", '[parts.app]\nenv = { TZ = "UTC" }'))
    buildah.build(launcher, "--tag", "greeter", *given)
    second = buildah.image("localhost/greeter")
    start, user, store, rest, *_ = layers(first)
    assert layers(second)[:3] == [start, user, store]
    assert layers(second)[3] != rest


def layers(image: Any) -> list[str]:
    found: list[str] = image["rootfs"]["diff_ids"]
    return found


def said_by(buildah: Buildah, config: Any) -> list[str]:
    """What a container of the image says when it is run twice; it can change nothing but state."""
    container = buildah("from", "--pull=never", "localhost/greeter")
    try:
        command = (*config["Entrypoint"], *config["Cmd"])
        said = [buildah("run", container, "--", *command) for _ in range(2)]
        forbidden = "touch /app/x 2>/dev/null || touch /app/.assembly/x 2>/dev/null || id -u -n"
        assert buildah("run", container, "--", "sh", "-c", forbidden) == "greeter"
        return said
    finally:
        buildah("rm", container)
