"""Interrupts while the command is still loading its own modules."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

INTERRUPTED = """
import os, sys
from assembler.cli.start import script

class Interrupting:
    left = int(sys.argv.pop(1))
    number = int(sys.argv.pop(1))
    def find_spec(self, name, path=None, target=None):
        Interrupting.left -= 1
        if not Interrupting.left:
            os.kill(os.getpid(), Interrupting.number)

sys.meta_path.insert(0, Interrupting())
script()
"""
"""Sends itself a signal before the import with a number, so that no moment depends on time."""

PATIENCE = 60


def run(folder: Path, before: int, number: signal.Signals) -> tuple[int, str]:
    """Run `assemble status` that is interrupted: how it ended, and what it said."""
    ended = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, str(before), str(int(number)), "status"],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "ASSEMBLER_CONFIG": ""},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        preexec_fn=heard,
    )
    return ended.returncode, ended.stdout + ended.stderr


def heard() -> None:
    """Hear signals although a background job may be deaf to them."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("before", [1, 2, 5, 20, 60])
def test_an_interrupt_while_modules_are_loaded(
    tmp_path: Path, before: int, number: signal.Signals
) -> None:
    code, said = run(tmp_path, before, number)
    assert code in {-number, 128 + number}
    assert said == ""


def test_the_moments_are_those_of_a_command(tmp_path: Path) -> None:
    code, said = run(tmp_path, 100_000, signal.SIGINT)
    assert code == 1
    assert said.startswith("error: there is no `assembly.toml`")


def test_who_is_deaf_to_interrupts_stays_so(tmp_path: Path) -> None:
    deaf = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)"
    ended = subprocess.run(
        [sys.executable, "-c", deaf + INTERRUPTED, "5", str(int(signal.SIGINT)), "status"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "ASSEMBLER_CONFIG": ""},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ended.returncode == 1
