"""Small wheels, sdists and source trees with deterministic bytes."""

import base64
import gzip
import hashlib
import io
import json
import re
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

Content = str | bytes
Backend = Literal["intree", "hatchling"]

EPOCH = (1980, 1, 1, 0, 0, 0)


def import_name(name: str) -> str:
    """The import package (and file name stem) of a distribution name: `Foo.Bar` → `foo_bar`."""
    return re.sub(r"[-_.]+", "_", name).lower()


def _bytes(content: Content) -> bytes:
    return content.encode() if isinstance(content, str) else content


def record_hash(content: bytes) -> str:
    """The hash of a RECORD line."""
    digest = hashlib.sha256(content).digest()
    return "sha256=" + base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def record_of(files: Mapping[str, bytes], record: str) -> bytes:
    """A RECORD that names every file, and itself without hash."""
    lines = [f"{_quoted(path)},{record_hash(text)},{len(text)}" for path, text in files.items()]
    return ("\n".join([*lines, f"{record},,"]) + "\n").encode()


def _quoted(path: str) -> str:
    return f'"{path}"' if "," in path else path


def metadata(
    name: str,
    version: str,
    *,
    requires: Sequence[str] = (),
    requires_python: str | None = None,
    extras: Mapping[str, Sequence[str]] = {},
    dynamic: Sequence[str] = (),
) -> str:
    """Core metadata 2.2; `dynamic` names fields such as `Requires-Dist`."""
    lines = ["Metadata-Version: 2.2", f"Name: {name}", f"Version: {version}"]
    lines += [f"Dynamic: {field}" for field in dynamic]
    if requires_python is not None:
        lines.append(f"Requires-Python: {requires_python}")
    lines += [f"Requires-Dist: {requirement}" for requirement in requires]
    for extra, requirements in extras.items():
        lines.append(f"Provides-Extra: {extra}")
        lines += [f"Requires-Dist: {text} ; extra == {extra!r}" for text in requirements]
    return "\n".join(lines) + "\n"


def zip_bytes(files: Mapping[str, bytes], executable: Sequence[str] = ()) -> bytes:
    """A zip archive of regular files, deflated, without times."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            member = zipfile.ZipInfo(path, EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = (0o100755 if path in executable else 0o100644) << 16
            archive.writestr(member, content)
    return buffer.getvalue()


def make_wheel(
    name: str,
    version: str,
    *,
    requires: Sequence[str] = (),
    requires_python: str | None = None,
    files: Mapping[str, Content] = {},
    entry_points: Mapping[str, Mapping[str, str]] = {},
    scripts: Mapping[str, Content] = {},
    data: Mapping[str, Content] = {},
    extras: Mapping[str, Sequence[str]] = {},
    tag: str = "py3-none-any",
) -> tuple[str, bytes]:
    """A valid wheel: its file name and its bytes.

    `files` are relative to the wheel (default: `<import name>/__init__.py` with `__version__`),
    `scripts` go to `*.data/scripts/`, and `data` to `*.data/data/`.
    """
    stem = f"{import_name(name)}-{version}"
    files = files or {f"{import_name(name)}/__init__.py": f'__version__ = "{version}"\n'}
    members = {path: _bytes(content) for path, content in files.items()}
    for folder, extra in (("scripts", scripts), ("data", data)):
        for path, content in extra.items():
            members[f"{stem}.data/{folder}/{path}"] = _bytes(content)
    info = {
        "METADATA": metadata(
            name, version, requires=requires, requires_python=requires_python, extras=extras
        ),
        "WHEEL": "Wheel-Version: 1.0\nGenerator: tests\n"
        f"Root-Is-Purelib: {'true' if tag.endswith('-any') else 'false'}\nTag: {tag}\n",
    }
    if entry_points:
        info["entry_points.txt"] = "".join(
            f"[{group}]\n" + "".join(f"{entry} = {value}\n" for entry, value in entries.items())
            for group, entries in entry_points.items()
        )
    members |= {f"{stem}.dist-info/{path}": text.encode() for path, text in info.items()}
    record = f"{stem}.dist-info/RECORD"
    members[record] = record_of(members, record)
    executable = [path for path in members if path.startswith(f"{stem}.data/scripts/")]
    return f"{stem}-{tag}.whl", zip_bytes(members, executable)


def _toml_table(name: str, values: Mapping[str, object]) -> str:
    return f"[{name}]\n" + "".join(
        f"{key if key.isidentifier() or '-' in key else json.dumps(key)} = {json.dumps(value)}\n"
        for key, value in values.items()
    )


def _pyproject(
    name: str,
    version: str,
    *,
    requires: Sequence[str],
    dynamic: Sequence[str],
    backend: Backend,
    build_requires: Sequence[str],
    requires_python: str | None,
    extras: Mapping[str, Sequence[str]],
    scripts: Mapping[str, str],
) -> str:
    fields = {"version": version, "dependencies": list(requires)}
    project: dict[str, object] = {"name": name}
    project |= {key: value for key, value in fields.items() if key not in dynamic}
    if requires_python is not None:
        project["requires-python"] = requires_python
    if dynamic:
        project["dynamic"] = list(dynamic)
    build: dict[str, object] = {
        "requires": list(build_requires),
        "build-backend": "source_backend",
    }
    build["backend-path"] = ["_backend"]
    if backend == "hatchling":
        build = {"requires": ["hatchling"], "build-backend": "hatchling.build"}
    tables: dict[str, Mapping[str, object]] = {"build-system": build, "project": project}
    if scripts:
        tables["project.scripts"] = scripts
    if extras:
        tables["project.optional-dependencies"] = {key: list(extras[key]) for key in extras}
    if backend == "hatchling" and "version" in dynamic:
        tables["tool.hatch.version"] = {"path": f"{import_name(name)}/__init__.py"}
    elif dynamic:
        tables["tool.intree"] = {key: fields[key] for key in dynamic}
    return "\n".join(_toml_table(table, values) for table, values in tables.items())


def source_files(
    name: str,
    version: str,
    *,
    requires: Sequence[str] = (),
    dynamic: Sequence[Literal["version", "dependencies"]] = (),
    backend: Backend = "intree",
    build_requires: Sequence[str] = (),
    requires_python: str | None = None,
    extras: Mapping[str, Sequence[str]] = {},
    scripts: Mapping[str, str] = {},
    files: Mapping[str, Content] = {},
) -> dict[str, bytes]:
    """The files of a source tree that builds with the in-tree back end, or with hatchling."""
    files = files or {f"{import_name(name)}/__init__.py": f'__version__ = "{version}"\n'}
    tree = {path: _bytes(content) for path, content in files.items()}
    tree["pyproject.toml"] = _pyproject(
        name,
        version,
        requires=requires,
        dynamic=dynamic,
        backend=backend,
        build_requires=build_requires,
        requires_python=requires_python,
        extras=extras,
        scripts=scripts,
    ).encode()
    if backend == "intree":
        tree["_backend/source_backend.py"] = (
            Path(__file__).with_name("source_backend.py").read_bytes()
        )
    return tree


def make_tree(
    folder: Path,
    name: str,
    version: str,
    *,
    requires: Sequence[str] = (),
    dynamic: Sequence[Literal["version", "dependencies"]] = (),
    backend: Backend = "intree",
    build_requires: Sequence[str] = (),
    requires_python: str | None = None,
    extras: Mapping[str, Sequence[str]] = {},
    scripts: Mapping[str, str] = {},
    files: Mapping[str, Content] = {},
) -> Path:
    """Write a source tree into the folder and return the folder; `scripts` are console scripts."""
    tree = source_files(
        name,
        version,
        requires=requires,
        dynamic=dynamic,
        backend=backend,
        build_requires=build_requires,
        requires_python=requires_python,
        extras=extras,
        scripts=scripts,
        files=files,
    )
    for path, content in tree.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return folder


def make_sdist(
    name: str,
    version: str,
    *,
    requires: Sequence[str] = (),
    dynamic: Sequence[Literal["version", "dependencies"]] = (),
    backend: Backend = "intree",
    build_requires: Sequence[str] = (),
    requires_python: str | None = None,
    extras: Mapping[str, Sequence[str]] = {},
    scripts: Mapping[str, str] = {},
    files: Mapping[str, Content] = {},
) -> tuple[str, bytes]:
    """An sdist with PKG-INFO: its file name and its bytes; `dynamic` dependencies need a build."""
    stem = f"{import_name(name)}-{version}"
    tree = source_files(
        name,
        version,
        requires=requires,
        dynamic=dynamic,
        backend=backend,
        build_requires=build_requires,
        requires_python=requires_python,
        extras=extras,
        scripts=scripts,
        files=files,
    )
    tree["PKG-INFO"] = metadata(
        name,
        version,
        requires=() if "dependencies" in dynamic else requires,
        requires_python=requires_python,
        extras=extras,
        dynamic=("Requires-Dist",) if "dependencies" in dynamic else (),
    ).encode()
    return f"{stem}.tar.gz", tar_bytes({f"{stem}/{path}": text for path, text in tree.items()})


def tar_bytes(files: Mapping[str, bytes]) -> bytes:
    """A gzipped tar archive of regular files, without times."""
    buffer = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as stream,
        tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for path, content in files.items():
            member = tarfile.TarInfo(path)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()
