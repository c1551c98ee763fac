import pytest

from assembler.errors import ConfigurationError
from assembler.model.relative import relative_path
from assembler.origin import Origin

ORIGIN = Origin(file="assembly.toml", line=3)


@pytest.mark.parametrize(
    ("written", "path"),
    [("a/b", "a/b"), ("./a//b/", "a/b"), ("a b/ü", "a b/ü"), ("..a/b..", "..a/b..")],
)
def test_a_path_is_simplified(written: str, path: str):
    assert relative_path(written, ORIGIN) == path


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("/etc", "`/etc` leads out of its folder"),
        ("a/../../b", "`a/../../b` leads out of its folder"),
        ("", "'' is no path"),
        (".", "'.' is no path"),
        ("a\nb", "'a\\nb' is no path"),
        ("a\0b", "'a\\x00b' is no path"),
    ],
)
def test_a_path_stays_in_its_folder(written: str, message: str):
    with pytest.raises(ConfigurationError) as caught:
        relative_path(written, ORIGIN)

    assert (caught.value.message, caught.value.origin) == (message, ORIGIN)
