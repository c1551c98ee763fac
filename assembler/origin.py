"""Where a value was written."""

import msgspec


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """The place of one value: a file with a line, or another source such as `--set`.

    `line` and `column` count from 1 (0: unknown); `width` is how many characters the caret covers;
    `key` is the dotted key path; `excerpt` is the source line as written.
    """

    file: str
    line: int = 0
    column: int = 0
    width: int = 1
    key: str = ""
    excerpt: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file
