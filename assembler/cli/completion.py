"""Completion scripts for shells."""

import shtab

from assembler.cli.arguments import parser


def completion(shell: str) -> str:
    """The completion script of `assemble` for bash, zsh or fish."""
    return str(shtab.complete(parser(), shell))
