"""Texts that nobody should make a file of, or give to a program, or show as they are."""

import random
import unicodedata
from pathlib import Path

EVIL = "evil"
WHOLE = (
    *("", " ", ".", "..", "/", "-rf", "~", "~/evil", "con", "nul.txt", "evil.", "evil "),
    *("../evil", "../../../../../../evil", "evil/../../evil", "./evil", "evil//evil", "evil/"),
    *("..\\evil", "C:\\evil", "C:evil", "\\\\host\\evil", "%2e%2e%2fevil", "..%2fevil"),
    *("evil\0", "\0", "ev\nil", "evil\r\nEvil: 1", "\x1b[2Jevil", "\x07", "\x9b2J", "\u2028evil"),
    *("\u202egpj.live", "\u200bevil", "e\u0301vil", "\u212aelvin", "\udc80evil", "\ufeff"),
    *("e" * 256, "é" * 200, "e/" * 700 + "e", "e" * 100_000, "${evil}", "${", "$(evil)", "`evil`"),
    *(
        "file:///evil",
        "https://evil.invalid/evil",
        "http://127.0.0.1:9/evil",
        "https://[",
        "//evil",
    ),
    *("ext::sh -c evil", "--upload-pack=evil", "evil @ file:///evil", "evil; x == 'y", "[evil"),
    *("9" * 5000, "1e999", "-1", "None", "true", "{}", "<evil>", '"', "'", "#", "evil=1:2"),
)
"""Texts that stand instead of another."""


def hostile(chance: random.Random, original: str, outside: Path) -> str:
    """A hostile text in the place of another one; `outside` is a folder that nobody may touch."""
    if chance.random() < 0.6:
        return chance.choice((*WHOLE, str(outside / EVIL), f"{outside}/{EVIL}/{original}"))
    head, _, tail = original.rpartition("/")
    cut = chance.randrange(len(original) + 1)
    piece = chance.choice(WHOLE)
    return chance.choice(
        (
            f"../{original}",
            f"{original}/../../../{EVIL}",
            f"{head}/../{tail}",
            f"{original[:cut]}{piece}{original[cut:]}",
            f"{original[:cut]}../../../{EVIL}{original[cut:]}",
            original.swapcase(),
            unicodedata.normalize("NFD", f"é{original}"),
            original + original,
            original[:cut],
            original[::-1],
        )
    )
