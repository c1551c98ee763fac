"""Any value comes out of an env-file as it went in, whoever reads it."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from assembler_recipes.env_file import EnvFileOptions, recipe
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assembler.api import Assembled, Secret, Text, WriteFile, WriteLiveFile, is_word
from assembler.execute.described import Described
from assembler.model.secret import SecretValue
from tests.environment_files import read_by_honcho, read_by_shell, read_by_systemd
from tests.recipes.parts import TARGET, part

ODD = st.sampled_from(list("'\"\\$`#;=!~&|<>(){}[]*?% \t\n\r\x01\x1b\x7f\x81\x88é\u2028😀"))
ANY = st.characters(exclude_categories=["Cs"]).filter(is_word)
VALUES = st.lists(st.text(ODD | ANY, max_size=20), min_size=1, max_size=12)


def written(values: Mapping[str, str], *, secret: bool) -> bytes:
    """The file with these values, written at once or as secrets."""
    texts = {name: Text.of(value) for name, value in values.items()}
    if secret:
        texts = {name: Text((Secret(name),)) if values[name] else Text() for name in values}
    step, _ = recipe.realise(part(EnvFileOptions(to="e", values=texts)), Assembled(target=TARGET))
    assert isinstance(step, WriteFile | WriteLiveFile)
    file = Described(part="p", name="p/e", shown="e", content=step.content, mode=0o600)
    return file.filled({name: SecretValue(value) for name, value in values.items()})


@settings(max_examples=20)
@given(VALUES)
@example(["a'b\\c", "\\", "'", "\\\\'", "$HOME `id` $(id)", "a\nb # c", "", " x ", "\\n"])
def test_shells_and_systemd_read_any_value_back(values: list[str]) -> None:
    pairs = {f"V{number}": value for number, value in enumerate(values)}
    content = written(pairs, secret=False)
    assert written(pairs, secret=True) == content
    with TemporaryDirectory() as folder:
        path = Path(folder, "e")
        path.write_bytes(content)

        assert read_by_shell(path) == pairs
        assert read_by_shell(path, "bash") == pairs
        assert read_by_systemd(path) == pairs


def in_one_line(value: str) -> bool:
    """Whether honcho can read it: it reads lines, and takes `\\n` and `\\t` for what they mean."""
    return len(f"{value}.".splitlines()) == 1 and "\\n" not in value and "\\t" not in value


@settings(max_examples=20)
@given(st.lists(st.text(ODD | ANY, max_size=20).filter(in_one_line), min_size=1, max_size=12))
def test_honcho_reads_any_value_of_one_line_back(values: list[str]) -> None:
    pairs = {f"V{number}": value for number, value in enumerate(values)}
    with TemporaryDirectory() as folder:
        path = Path(folder, "e")
        path.write_bytes(written(pairs, secret=False))

        assert read_by_honcho(path) == pairs
