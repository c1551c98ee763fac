"""The cases: assembly files, and what is said of them."""

import contextlib
import io
import re
import shlex
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from assembler.cli.main import main

FOLDER = Path(__file__).parent
_COMMAND = re.compile(r"# assemble (.*)")


def cases() -> Iterator[Path]:
    """Every assembly file with a mistake."""
    return iter(sorted(FOLDER.glob("*.toml")))


def expected(case: Path) -> Path:
    """The file with what is said of a case."""
    return case.with_suffix(".txt")


def said(case: Path) -> tuple[int, str]:
    """The exit code and all that the command prints, in an otherwise empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copyfile(case, Path(folder, "assembly.toml"))
        first = case.read_text(errors="replace").partition("\n")[0]
        command = _COMMAND.fullmatch(first)
        words = shlex.split(command.group(1)) if command else ["config"]
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            code = main(["-C", folder, *words])
        return code, output.getvalue().replace(folder, "FOLDER")
