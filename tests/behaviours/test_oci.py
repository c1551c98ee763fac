"""A Containerfile that hadolint accepts, and the script that builds it with the tool there is."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.behaviours.world import PATIENCE, World

ASSEMBLY = f"""
[parts.app]
recipe = "template"
to = "etc/app.txt"
text = "an app"

[parts.image]
recipe = "oci"
base = "docker.io/library/python@sha256:{"a" * 64}"
apt = ["libpq5"]
build-apt = ["gcc"]
programs = ["app"]
entrypoint = ["${{parts.image.bin.build-image}}"]
user = "shop"
env = {{ GREETING = "it's $5" }}
ports = [8080]
tag = "shop:1"
"""


def tools(folder: Path, *names: str) -> str:
    """A PATH with these tools, which only say how they were called."""
    folder.mkdir()
    found = shutil.which("readlink")
    assert found
    (folder / "readlink").symlink_to(found)
    for name in names:
        script = folder / name
        script.write_text(f'#!/bin/sh\necho "{name} $PWD $*"\n')
        script.chmod(0o755)
    return str(folder)


def built_by(world: World, path: str) -> tuple[int, str]:
    ended = subprocess.run(
        ["/bin/sh", world.prefix / "bin/build-image", "--pull"],
        env={"PATH": path},
        cwd="/",
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return ended.returncode, (ended.stdout + ended.stderr).strip()


@pytest.fixture
def image(world: World) -> World:
    world.assembly(ASSEMBLY)
    return world


def test_hadolint_reads_the_containerfile_and_a_tool_builds_it(image: World) -> None:
    assert "is not checked" not in image.build().messages
    made = (image.prefix / "etc/oci/image/Containerfile").resolve()
    for name, ignores in (
        ("docker", ""),
        ("podman", f" --ignorefile {made}.containerignore"),
        ("buildah", f" --layers --ignorefile {made}.containerignore"),
    ):
        path = tools(image.folder / name, name)
        assert built_by(image, path) == (
            0,
            f"{name} {image.project} build{ignores} --tag shop:1 --file {made} --pull .",
        )
    several = tools(image.folder / "several", "docker", "podman", "buildah")
    assert built_by(image, several)[1].startswith("buildah ")
    assert built_by(image, tools(image.folder / "none")) == (
        1,
        "none of buildah, podman and docker is installed",
    )


def test_the_containerfile_is_the_same_wherever_it_is_made(image: World) -> None:
    image.build()
    image.done("build", "--prefix", str(image.folder / "elsewhere"))
    first, second = (
        (prefix / "etc/oci/image/Containerfile").read_text()
        for prefix in (image.prefix, image.folder / "elsewhere")
    )
    assert first == second
    assert 'ENTRYPOINT ["/app/.assembly/current/parts/image/bin/build-image"]\n' in first


def test_an_image_needs_the_parts_that_it_holds(image: World) -> None:
    image.done("lock")
    image.done("build", "image")
    assert list(image.parts) == ["app", "image"]
    image.edit('["app"]', '["ap"]')
    ended = image.assemble("build")
    assert ended.code == 1
    assert "unknown part `ap`" in ended.messages
    assert "did you mean `app`?" in ended.messages


def test_what_hadolint_warns_of_fails_the_build(image: World) -> None:
    image.edit('user = "shop"', 'user = "root"')
    image.done("lock")
    ended = image.assemble("build")
    assert ended.code == 5
    assert "DL3002 warning: Last USER should not be root" in ended.messages


def test_a_base_without_a_digest_is_refused_at_its_place(image: World) -> None:
    image.edit(f"@sha256:{'a' * 64}", ":3.12")
    ended = image.assemble("lock")
    assert ended.code == 1
    assert "error: `docker.io/library/python:3.12` has no digest" in ended.messages
    assert "--> assembly.toml:18:8" in ended.messages
