import os
import pickle
from pathlib import Path

import msgspec
import pytest

from assembler.adapters.secrets import MachineSecrets
from assembler.errors import MachineError
from assembler.model.limits import Limits
from assembler.model.secret import FileSecret, SecretValue, VariableSecret


def read(path: Path) -> str:
    return MachineSecrets({}, Limits(secret_size=8)).read(FileSecret("DB", str(path))).reveal()


def reason(path: Path) -> str:
    with pytest.raises(MachineError) as caught:
        read(path)
    error = caught.value
    assert error.__cause__ is None
    return error.message.removeprefix(f"the secret `DB` is missing: the file `{path}` ")


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b"pw\n", "pw"),
        (b"pw\r\n", "pw"),
        (b"pw\n\n", "pw\n"),
        (b"pw\r", "pw\r"),
        (b"a\nb\n", "a\nb"),
        (b"12345678", "12345678"),
    ],
)
def test_one_line_break_at_the_end_of_a_file_is_dropped(tmp_path: Path, content: bytes, value: str):
    path = tmp_path / "db"
    path.write_bytes(content)

    assert read(path) == value


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\n", "is empty"),
        (b"123456789", "holds more than 8 bytes"),
        (b"pw\xff", "does not hold UTF-8"),
        (b"p\0w", "holds a NUL character"),
    ],
)
def test_what_is_no_value_is_refused_without_showing_it(tmp_path: Path, content: bytes, why: str):
    path = tmp_path / "db"
    path.write_bytes(content)

    assert reason(path) == why


def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path: Path):
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to("nothing")

    assert reason(pipe) == "is not a file"
    assert reason(tmp_path) == "is not a file"
    assert reason(link) == "can't be read: no such file or directory"
    assert reason(pipe / "db") == "can't be read: not a directory"


def test_a_link_to_a_file_is_followed(tmp_path: Path):
    (tmp_path / "db").write_text("pw")
    (tmp_path / "link").symlink_to("db")

    assert read(tmp_path / "link") == "pw"


def test_a_variable_that_is_no_utf_8_is_refused():
    secrets = MachineSecrets({"DB": os.fsdecode(b"pw\xff")})
    with pytest.raises(MachineError) as caught:
        secrets.read(VariableSecret("DB", "DB"))

    assert caught.value.message == (
        "the secret `DB` is missing: the environment variable `DB` does not hold UTF-8"
    )


def test_a_value_can_be_neither_encoded_nor_pickled():
    value = SecretValue("s3cret")

    with pytest.raises(TypeError):
        msgspec.json.encode(value)
    with pytest.raises(TypeError, match="a secret is not pickled"):
        pickle.dumps(value)
