"""A PEP 517 and PEP 660 back end that needs nothing but Python 3.9: copied into test sources."""
# ruff: noqa: ARG001 - PEP 517 names the parameters

from __future__ import annotations

import base64
import hashlib
import json
import re
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypedDict

TAG = "py3-none-any"
TABLE_LINE = re.compile(r"\[(?P<table>[^\]]+)\]\s*$")
VALUE_LINE = re.compile(r'(?P<key>"[^"]+"|[\w-]+)\s*=\s*(?P<value>.+)$')


class Project(TypedDict, total=False):
    """The fields of `pyproject.toml` that become metadata."""

    name: str
    version: str
    requires_python: str
    dependencies: list[str]
    extras: dict[str, list[str]]
    scripts: dict[str, str]


def _tables(text: str) -> dict[str, dict[str, object]]:
    """Read TOML as far as its values are one line of JSON each."""
    tables: dict[str, dict[str, object]] = {}
    current = ""
    for line in text.splitlines():
        if header := TABLE_LINE.match(line):
            current = header["table"]
        elif value := VALUE_LINE.match(line):
            with suppress(ValueError):
                tables.setdefault(current, {})[value["key"].strip('"')] = json.loads(value["value"])
    return tables


def _project() -> Project:
    tables = _tables(Path("pyproject.toml").read_text(encoding="utf-8"))
    fields = {**tables.get("tool.intree", {}), **tables["project"]}
    fields["extras"] = tables.get("project.optional-dependencies", {})
    fields["scripts"] = tables.get("project.scripts", {})
    fields["requires_python"] = fields.get("requires-python", "")
    return fields  # type: ignore[return-value]  # TOML has no types


def _stem(project: Project) -> str:
    return "{}-{}".format(re.sub(r"[-_.]+", "_", project["name"]).lower(), project["version"])


def _metadata(project: Project) -> str:
    lines = ["Metadata-Version: 2.2", f"Name: {project['name']}", f"Version: {project['version']}"]
    if project["requires_python"]:
        lines.append(f"Requires-Python: {project['requires_python']}")
    lines += [f"Requires-Dist: {requirement}" for requirement in project.get("dependencies", ())]
    for extra, requirements in sorted(project["extras"].items()):
        lines.append(f"Provides-Extra: {extra}")
        lines += [
            f'Requires-Dist: {requirement} ; extra == "{extra}"' for requirement in requirements
        ]
    return "\n".join(lines) + "\n"


def _dist_info(project: Project) -> dict[str, bytes]:
    files = {
        "METADATA": _metadata(project),
        "WHEEL": f"Wheel-Version: 1.0\nGenerator: intree\nRoot-Is-Purelib: true\nTag: {TAG}\n",
    }
    if project["scripts"]:
        lines = [f"{name} = {value}" for name, value in sorted(project["scripts"].items())]
        files["entry_points.txt"] = "\n".join(["[console_scripts]", *lines]) + "\n"
    return {f"{_stem(project)}.dist-info/{name}": text.encode() for name, text in files.items()}


def _modules() -> Iterator[tuple[str, bytes]]:
    for path in sorted(Path().rglob("*")):
        parts = path.parts
        excluded = {"_backend", "build", "dist", "__pycache__"}.intersection(parts)
        if path.is_file() and not excluded and len(parts) > 1 and not parts[0].startswith("."):
            yield path.as_posix(), path.read_bytes()
    for path in sorted(Path().glob("*.py")):
        yield path.as_posix(), path.read_bytes()


def _hash(content: bytes) -> str:
    digest = hashlib.sha256(content).digest()
    return "sha256=" + base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _write_wheel(directory: str, project: Project, files: Mapping[str, bytes]) -> str:
    name = f"{_stem(project)}-{TAG}.whl"
    record = f"{_stem(project)}.dist-info/RECORD"
    members = {**files, **_dist_info(project)}
    lines = [f"{path},{_hash(content)},{len(content)}" for path, content in members.items()]
    members[record] = "\n".join([*lines, f"{record},,"]).encode() + b"\n"
    with zipfile.ZipFile(Path(directory, name), "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in members.items():
            member = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
            member.external_attr = 0o100644 << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    return name


def get_requires_for_build_wheel(config_settings: Mapping[str, str] | None = None) -> list[str]:
    return []


get_requires_for_build_editable = get_requires_for_build_wheel
get_requires_for_build_sdist = get_requires_for_build_wheel


def prepare_metadata_for_build_wheel(
    metadata_directory: str, config_settings: Mapping[str, str] | None = None
) -> str:
    project = _project()
    for path, content in _dist_info(project).items():
        target = Path(metadata_directory, path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return f"{_stem(project)}.dist-info"


prepare_metadata_for_build_editable = prepare_metadata_for_build_wheel


def build_wheel(
    wheel_directory: str,
    config_settings: Mapping[str, str] | None = None,
    metadata_directory: str | None = None,
) -> str:
    return _write_wheel(wheel_directory, _project(), dict(_modules()))


def build_editable(
    wheel_directory: str,
    config_settings: Mapping[str, str] | None = None,
    metadata_directory: str | None = None,
) -> str:
    project = _project()
    pth = {f"_{_stem(project)}.pth": f"{Path.cwd()}\n".encode()}
    return _write_wheel(wheel_directory, project, pth)


def build_sdist(sdist_directory: str, config_settings: Mapping[str, str] | None = None) -> str:
    project = _project()
    name = f"{_stem(project)}.tar.gz"
    with tarfile.open(Path(sdist_directory, name), "w:gz", format=tarfile.PAX_FORMAT) as archive:
        archive.add(".", _stem(project))
    return name
