"""Specifiers widened as far as a version asks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from assembler.solve.relaxing import relaxed


@pytest.mark.parametrize(
    ("specifier", "version", "expected"),
    [
        (">=4", "3.1", ">=3.1"),
        (">4", "4", ">=4"),
        ("<3", "3.1", "<4"),
        ("<=3", "3.1", "<4"),
        ("<1!3", "1!3.1", "<=1!3.1"),
        ("==2.1", "3.0", "==3.0"),
        ("==2.*", "3.0", "==3.0"),
        ("~=2.1", "1.0", ">=1.0"),
        ("!=2", "2", ""),
        (">=1,!=1.5,<2", "2.3", ">=1,!=1.5,<3"),
        (">=2", "1.0+local", ">=1.0"),
        ("", "1", ""),
    ],
)
def test_only_what_leaves_the_version_out_is_widened(specifier: str, version: str, expected: str):
    assert relaxed(SpecifierSet(specifier), Version(version)) == expected


OPERATORS = st.sampled_from([">=", ">", "<", "<=", "==", "!=", "~="])
VERSIONS = st.builds("{}.{}".format, st.integers(0, 9), st.integers(0, 9))
CLAUSES = st.builds("{}{}".format, OPERATORS, VERSIONS)


@given(st.lists(CLAUSES, max_size=1), VERSIONS)
def test_the_version_is_in_the_widened_specifier(clauses: list[str], version: str):
    widened = relaxed(SpecifierSet(",".join(clauses)), Version(version))
    assert SpecifierSet(widened).contains(version)
