"""Projects of npm whose packages are served on this machine."""

import base64
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping
from typing import Any

from tests.behaviours.world import World
from tests.servers import Answer


def make_package(name: str, version: str, files: Mapping[str, str], **more: Any) -> bytes:
    """A package as a registry has it: a tar archive."""
    content = {"package.json": json.dumps({"name": name, "version": version, **more}), **files}
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for path, text in content.items():
            member = tarfile.TarInfo(f"package/{path}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return packed.getvalue()


def serve_package(world: World, name: str, version: str, body: bytes) -> dict[str, Any]:
    """Serve a package beside the index of the world; returns its entry in a lock."""
    path = f"/npm/{name}-{version}.tgz"
    world.index.always[path] = Answer(200, body)
    digest = base64.b64encode(hashlib.sha512(body).digest()).decode()
    return {
        "version": version,
        "resolved": f"{world.index.origin}{path}",
        "integrity": f"sha512-{digest}",
    }


def write_project(
    world: World,
    folder: str,
    scripts: Mapping[str, str],
    dependencies: Mapping[str, str],
    locked: Mapping[str, Mapping[str, Any]],
) -> None:
    """Write `package.json` and `package-lock.json`."""
    package = {"name": "ui", "version": "1.0.0", "private": True, "dependencies": dependencies}
    own = {"name": "ui", "version": "1.0.0", "dependencies": dependencies}
    packages = {f"node_modules/{name}": entry for name, entry in locked.items()}
    lock = {"name": "ui", "version": "1.0.0", "lockfileVersion": 3, "requires": True}
    world.write(f"{folder}/package.json", json.dumps({**package, "scripts": scripts}))
    world.write(
        f"{folder}/package-lock.json", json.dumps({**lock, "packages": {"": own, **packages}})
    )
