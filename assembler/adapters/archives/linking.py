"""Hard links of whole trees; run as a script of its own it makes them for `linkers.py`.

Standard input: one request after the other as `marshal` writes them, a tree each; its end means
that assembler needs no more. Standard output: for each the answer, an error number (0: none) and
the path of what is not as it was recorded.
"""

import errno
import marshal
import os
import stat
import sys

Directories = list[tuple[str, list[tuple[str, int]]]]
"""Directories (a path with a slash at the end, or empty), parents first, with names and sizes."""


def link_tree(source: str, destination: str, directories: Directories) -> str:
    """Make `destination`, which must not be there, the tree `source`; directories become 0755.

    Both are absolute: each directory is worked in, so that its path is not looked up for each file.
    Returns the path of the first file that is missing or has another size, else an empty text.
    """
    for directory, files in directories:
        there, here = f"{source}/{directory}", f"{destination}/{directory}"
        os.mkdir(here)  # noqa: PTH102 - loads no more than os: it is a script
        os.chdir(here)
        for name, size in files:
            try:
                os.link(there + name, name)
            except FileNotFoundError:
                return directory + name
            status = os.lstat(name)
            if status.st_size != size or not stat.S_ISREG(status.st_mode):
                return directory + name
    return ""


def answer_requests() -> None:
    """Make trees until no more are asked for."""
    os.umask(0o022)
    while True:
        try:
            source, destination, directories = marshal.load(sys.stdin.buffer)  # noqa: S302 - ours
        except EOFError:
            return
        try:
            answer = (0, link_tree(source, destination, directories))
        except OSError as error:
            answer = (error.errno or errno.EIO, "")
        sys.stdout.buffer.write(marshal.dumps(answer))
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    answer_requests()
