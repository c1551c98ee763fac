"""Libraries that are loaded into commands before the C library."""

import subprocess
from pathlib import Path


def compiled(source: str, folder: Path) -> Path:
    """A library, out of a source beside this module."""
    code = Path(__file__).with_name(source)
    library = (folder / source).with_suffix(".so")
    flags = ("-shared", "-fPIC", "-O2", "-Wall", "-Werror")
    subprocess.run(["cc", *flags, "-o", library, code, "-ldl"], check=True)
    return library
