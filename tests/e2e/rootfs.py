"""A small root file system made of this machine's own files, for images without a registry."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

TOOLS = ("sh", "env", "find", "id", "mkdir", "mv", "readlink", "rm", "touch", "useradd")
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
_FOUND = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
_LIBRARY = re.compile(r"(/\S+) \(0x")
_EVERYWHERE = ("libdl.so.2", "libgcc_s.so.1", "libpthread.so.0", "librt.so.1", "libutil.so.1")
"""What wheels from elsewhere count on (PEP 600)."""

_LEFT_OUT = (
    "__pycache__",
    "test",
    "site-packages",
    "dist-packages",
    "idlelib",
    "tkinter",
    "turtledemo",
    "config-*",
)


def make_rootfs(folder: Path) -> None:
    """A shell, the tools that a Containerfile of ours calls, and this Python with pip for venvs."""
    for name in ("usr/bin", "usr/lib", "etc/ssl/certs", "root", "var/tmp"):
        (folder / name).mkdir(parents=True)
    for name in ("bin", "lib"):
        (folder / name).symlink_to(f"usr/{name}")
    (folder / "sbin").symlink_to("usr/bin")
    (folder / "usr/sbin").symlink_to("bin")
    (folder / "tmp").mkdir(mode=0o1777)
    (folder / "tmp").chmod(0o1777)
    (folder / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
    (folder / "etc/group").write_text("root:x:0:\n")
    if CERTIFICATES.exists():
        shutil.copy(CERTIFICATES, folder / "etc/ssl/certs")
    binaries = [_tool(name, folder) for name in TOOLS]
    libraries = set(_libraries((*binaries, *_python(folder))))
    [libc] = (library for library in libraries if library.name == "libc.so.6")
    beside = {libc.with_name(name) for name in _EVERYWHERE}
    for library in libraries | {path for path in beside if path.exists()}:
        _copy_library(library, folder)


def _tool(name: str, folder: Path) -> Path:
    found = shutil.which(name, path=_FOUND)
    assert found, f"`{name}` is not installed"
    shutil.copy(Path(found).resolve(), folder / "usr/bin" / name)
    return Path(found)


def _python(folder: Path) -> Iterator[Path]:
    """Copy the interpreter to `usr/local`; yield what in it is linked with libraries."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    base, into = Path(sys.base_prefix), folder / "usr/local"
    (into / "bin").mkdir(parents=True)
    shutil.copy(base / "bin" / name, into / "bin" / name)
    (into / "bin/python3").symlink_to(name)
    ignored = shutil.ignore_patterns(*_LEFT_OUT)
    shutil.copytree(base / "lib" / name, into / "lib" / name, ignore=ignored)
    bundled = Path("/usr/share/python-wheels")
    if bundled.exists():
        shutil.copytree(bundled, folder / str(bundled).lstrip("/"))
    yield base / "bin" / name
    yield from (base / "lib" / name / "lib-dynload").glob("*.so")


def _libraries(binaries: tuple[Path, ...]) -> Iterator[Path]:
    for binary in binaries:
        said = subprocess.run(["ldd", binary], capture_output=True, text=True, check=False).stdout
        yield from (Path(found) for found in _LIBRARY.findall(said))


def _copy_library(library: Path, folder: Path) -> None:
    """Put it where every dynamic linker looks; the linker itself stays where programs expect it."""
    linker = library.name.startswith("ld-")
    target = folder / str(library).lstrip("/") if linker else folder / "usr/lib" / library.name
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(library.resolve(), target)
