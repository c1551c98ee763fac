"""What every `Secrets` must do, in memory and on this machine."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from assembler.adapters.secrets import MachineSecrets
from assembler.errors import MachineError
from assembler.model.secret import FileSecret, SecretSource, VariableSecret
from assembler.ports import Secrets
from tests.fakes.secrets import MemorySecrets

Given = Callable[[Mapping[str, str]], Secrets]
"""Makes a port from what variables and files hold, by name or path."""


@pytest.fixture(params=["memory", "machine"])
def given(request: pytest.FixtureRequest) -> Given:
    if request.param == "memory":
        return MemorySecrets

    def machine(values: Mapping[str, str]) -> Secrets:
        for path in (each for each in values if each.startswith("/")):
            Path(path).write_text(values[path])
        return MachineSecrets(values)

    return machine


@pytest.fixture(params=["variable", "file"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> SecretSource:
    if request.param == "variable":
        return VariableSecret("DB", "SHOP_DB")
    return FileSecret("DB", str(tmp_path / "db"))


def place(source: SecretSource) -> str:
    return source.variable if isinstance(source, VariableSecret) else source.path


@pytest.mark.parametrize("value", ["s3cret", " a b ", "one\ntwo", "é\u2028"])
def test_a_value_is_read(given: Given, source: SecretSource, value: str):
    assert given({place(source): value}).read(source).reveal() == value


@pytest.mark.parametrize("values", [{}, {"other": "x"}])
def test_one_that_is_not_there_is_named(
    given: Given, source: SecretSource, values: Mapping[str, str]
):
    with pytest.raises(MachineError) as caught:
        given(values).read(source)

    assert caught.value.message.startswith(f"the secret `DB` is missing: {source.source} ")


def test_an_empty_one_is_missing(given: Given, source: SecretSource):
    with pytest.raises(MachineError) as caught:
        given({place(source): ""}).read(source)

    assert caught.value.message == f"the secret `DB` is missing: {source.source} is empty"


def test_a_value_does_not_show_itself(given: Given, source: SecretSource):
    value = given({place(source): "s3cret"}).read(source)

    assert "s3cret" not in f"{value} {value!r} {[value]}"


def test_keys_are_random(given: Given):
    secrets = given({})
    keys = {secrets.key(), secrets.key()}

    assert [len(key) for key in keys] == [32, 32]
