"""Signals that end a command."""

import signal
import subprocess
import sys

import pytest

from assembler.cli.endings import ENDING_SIGNALS

SLOW = """
import signal
from assembler.cli.endings import ENDING_SIGNALS, Ended, ending_signals

signal.alarm(60)
for number in ENDING_SIGNALS:
    signal.signal(number, signal.SIG_DFL)  # a job in the background ignores some
with ending_signals():
    try:
        print("working", flush=True)
        signal.pause()
    except Ended as ended:
        print("ending", ended.number, flush=True)
        signal.pause()
"""

IGNORING = """
import os, signal
from assembler.cli.endings import ending_signals

signal.signal(signal.SIGHUP, signal.SIG_IGN)
with ending_signals():
    os.kill(os.getpid(), signal.SIGHUP)
    print("goes on")
"""

BACK = """
import signal
from assembler.cli.endings import ENDING_SIGNALS, ending_signals

before = [signal.getsignal(number) for number in ENDING_SIGNALS]
with ending_signals():
    during = [signal.getsignal(number) for number in ENDING_SIGNALS]
print(before == [signal.getsignal(number) for number in ENDING_SIGNALS], before == during)
"""


@pytest.mark.parametrize("first", ENDING_SIGNALS)
@pytest.mark.parametrize("second", ENDING_SIGNALS)
def test_a_second_signal_ends_it_at_once(first: signal.Signals, second: signal.Signals):
    command = [sys.executable, "-c", SLOW]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "working\n"
        process.send_signal(first)
        assert process.stdout.readline() == f"ending {int(first)}\n"
        process.send_signal(second)
    assert process.returncode == -second


def test_a_signal_that_is_ignored_stays_so():
    assert said(IGNORING) == "goes on\n"


def test_signals_are_as_before_afterwards():
    assert said(BACK) == "True False\n"


def said(program: str) -> str:
    command = [sys.executable, "-c", program]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
