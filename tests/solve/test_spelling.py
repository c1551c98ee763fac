"""What was meant by what is no requirement."""

import pytest

from assembler.solve.spelling import requirement_meant, specifier_meant


@pytest.mark.parametrize(
    ("text", "hints"),
    [
        ("flask^1.2", ("write `flask>=1.2,<2`",)),
        ("flask ^0.2.3", ("write `flask>=0.2.3,<0.3`",)),
        ("flask^0.0", ("write `flask>=0.0,<0.1`",)),
        ("celery[redis]^5", ("write `celery[redis]>=5,<6`",)),
        ("flask~1.2.3", ("write `flask>=1.2.3,<1.3`",)),
        ("flask = 3.0", ("write `flask==3.0`",)),
        ("flask 3.0", ("write `flask==3.0`",)),
        ("a b", ()),
        ("a; sys_platform = 'linux'", ("a marker compares with `==`",)),
        (
            "a; python_vers < '3'",
            ("no marker has `python_vers`: did you mean `python_version`?",),
        ),
        ("a; zzzzz < '3'", ()),
        ("a; python_version < 3", ()),
    ],
)
def test_a_requirement_that_was_meant(text: str, hints: tuple[str, ...]):
    assert requirement_meant(text) == hints


@pytest.mark.parametrize(
    ("text", "hints"),
    [
        ("3", ("write `==3`, or `==3.*` for all that begin with it",)),
        ("^3", ("write `>=3,<4`",)),
        ("numpy 3", ()),
    ],
)
def test_a_specifier_that_was_meant(text: str, hints: tuple[str, ...]):
    assert specifier_meant(text) == hints
