"""Processes of this machine that answer questions."""

import os
import signal
import subprocess
import sys
from pathlib import Path, PurePath

import pytest

from assembler.adapters.conversations import ChildConversation, ChildConversations
from assembler.app.foreign.messages import VERSION, Open
from assembler.app.foreign.session import ANSWERS
from assembler.model.canonical import encode
from assembler.model.limits import DEFAULTS, Limits
from assembler.recipe import SilencedError

LIVING = """
import os, subprocess, sys
left = "import time; f = open({alive!r}, 'w'); print(flush=True); time.sleep(600)"
child = subprocess.Popen([sys.executable, "-c", left], stdout=subprocess.PIPE)
child.stdout.readline()
"""
"""Leaves a process behind that holds a pipe open."""


def question(folder: Path, code: str) -> bytes:
    """Asks for the recipes of a file that does this when it is imported."""
    file = folder / "strange_recipes.py"
    file.write_text(code)
    return encode(Open(version=VERSION, file=str(file)))


def silenced(folder: Path, code: str, limits: Limits = DEFAULTS) -> SilencedError:
    """What is raised where a file does this; it is raised again by what is asked later."""
    conversations = ChildConversations(limits)
    conversation = conversations.start(PurePath(sys.executable), ANSWERS)
    with pytest.raises(SilencedError) as caught:
        conversation.ask(question(folder, code))
    with pytest.raises(SilencedError) as again:
        conversation.ask(b"{}")
    assert again.value is caught.value
    conversations.close()
    return caught.value


def test_a_process_that_hangs_is_ended_with_what_it_started(tmp_path: Path):
    os.mkfifo(tmp_path / "alive")
    alive = os.open(tmp_path / "alive", os.O_RDONLY | os.O_NONBLOCK)
    code = LIVING.format(alive=str(tmp_path / "alive"))

    error = silenced(tmp_path, f"{code}\nimport time; time.sleep(600)", Limits(recipe_time=2.0))

    assert (error.reason, error.ended) == ("gave no answer within 2 seconds", False)
    os.set_blocking(alive, True)
    with os.fdopen(alive) as stream:
        assert stream.read() == ""


def test_closing_ends_what_is_left(tmp_path: Path):
    os.mkfifo(tmp_path / "alive")
    alive = os.open(tmp_path / "alive", os.O_RDONLY | os.O_NONBLOCK)
    conversations = ChildConversations()
    conversation = conversations.start(PurePath(sys.executable), ANSWERS)
    conversation.ask(question(tmp_path, LIVING.format(alive=str(tmp_path / "alive"))))

    conversations.close()

    os.set_blocking(alive, True)
    with os.fdopen(alive) as stream:
        assert stream.read() == ""


def test_a_process_that_ends_says_how_and_what_it_wrote_last(tmp_path: Path):
    error = silenced(tmp_path, "import os; print('farewell', flush=True); os._exit(3)")

    assert (error.reason, error.ended) == ("its process ended with status 3", True)
    assert error.output == "farewell"


def test_a_process_that_a_signal_ends_says_so(tmp_path: Path):
    error = silenced(tmp_path, "import os; os.kill(os.getpid(), 11)")

    assert (error.reason, error.ended) == ("its process ended with signal 11", True)


def test_a_python_that_is_not_there_says_so(tmp_path: Path):
    conversation = ChildConversations().start(tmp_path / "python", ANSWERS)

    with pytest.raises(SilencedError) as caught:
        conversation.ask(b"{}")

    assert caught.value.reason == "its process ended with status 127"
    assert caught.value.output.endswith("python: No such file or directory")


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("b'x' * 3000", "answered with more than 2000 bytes"),
        ("b'{}\\n{}\\n'", "answered with more than was asked"),
    ],
)
def test_what_was_not_asked_for_is_no_answer(tmp_path: Path, written: str, reason: str):
    code = f"import os, sys, time; os.write(int(sys.argv[2]), {written}); time.sleep(600)"

    assert silenced(tmp_path, code, Limits(recipe_size=2000)).reason == reason


def test_a_process_that_closes_its_pipes_has_no_more_time(tmp_path: Path):
    code = "import os, sys, time; os.closerange(3, 100); time.sleep(600)"

    error = silenced(tmp_path, code, Limits(recipe_time=2.0))

    assert (error.reason, error.ended) == ("gave no answer within 2 seconds", False)


def test_what_is_left_behind_may_go_on_writing(tmp_path: Path):
    writing = "import os\nwhile True: os.write(2, b'x' * 65536)"
    code = f"""
import os, subprocess, sys
subprocess.Popen([sys.executable, "-c", {writing!r}], start_new_session=True)
os._exit(3)
"""
    assert silenced(tmp_path, code).reason == "its process ended with status 3"


def test_what_is_written_besides_does_not_stop_a_process(tmp_path: Path):
    conversations = ChildConversations()
    conversation = conversations.start(PurePath(sys.executable), ANSWERS)

    answer = conversation.ask(question(tmp_path, "print('x' * 3_000_000, flush=True)"))

    assert b'"opened"' in answer
    conversations.close()


def test_a_long_question_is_read_while_it_is_written():
    conversation: ChildConversation = ChildConversations().start(PurePath(sys.executable), ANSWERS)

    assert b'"crashed"' in conversation.ask(b'{"type":"' + b"x" * 3_000_000 + b'"}')
    conversation.close()


ASKING = """
import sys
from pathlib import PurePath
from assembler.adapters.conversations import ChildConversations
conversation = ChildConversations().start(PurePath(sys.executable), "{answers}")
conversation.ask(bytes.fromhex("{question}"))
"""


def test_a_process_ends_with_assembler_also_when_that_is_killed(tmp_path: Path):
    os.mkfifo(tmp_path / "alive")
    code = f"f = open({str(tmp_path / 'alive')!r}, 'w'); print('x', file=f, flush=True)"
    asked = question(tmp_path, f"{code}\nimport time; time.sleep(600)")
    script = ASKING.format(answers=ANSWERS, question=asked.hex())
    asking = subprocess.Popen([sys.executable, "-c", script])
    with (tmp_path / "alive").open() as alive:
        assert alive.readline() == "x\n"

        asking.send_signal(signal.SIGKILL)

        assert alive.read() == ""
    asking.wait()
