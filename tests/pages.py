"""What the pages of the documentation show: their fenced blocks, and lists of shell lines."""

import re
from pathlib import Path

HOW_TO = Path(__file__).parent.parent / "docs/how-to"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: str, language: str) -> list[str]:
    """The fenced blocks of a page that are in a language, in order."""
    found: list[tuple[str, str]] = _BLOCK.findall((HOW_TO / page).read_text())
    return [text for kind, text in found if kind == language]
