"""Requirements that are read quickly are those that the parser of mail headers finds."""

from hypothesis import given
from hypothesis import strategies as st

from assembler.model.metadata import parse_core_metadata
from assembler.model.requires_dist import requires_dist

LINES = st.sampled_from(
    [
        "Requires-Dist: a",
        "requires-dist:b >=1 ; extra == 'x'",
        "Requires-Dist : c",
        "Requires-Dist",
        "REQUIRES-DIST:\td\x0b, \u2028",
        "  continued",
        "\tagain",
        "From here",
        ": nothing",
        "Summary: é: Requires-Dist: e",
        "",
        " ",
        "no header",
    ]
)
BREAKS = st.sampled_from(["\n", "\r\n", "\r"])


@given(st.lists(st.tuples(LINES, BREAKS), max_size=8), BREAKS)
def test_it_is_what_the_whole_parser_finds(lines: list[tuple[str, str]], end: str) -> None:
    text = f"Name: thing{end}Version: 1{end}" + "".join(line + end for line, end in lines)
    content = text.encode() + b"\xff"
    assert requires_dist(content) == parse_core_metadata(content).requires_dist
