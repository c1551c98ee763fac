"""Asking recipes: what one raises that is no error of ours is a bug in it."""

from collections.abc import Iterator
from contextlib import contextmanager

from assembler.errors import AssemblerError, RecipeBug
from assembler.model.part import Part


@contextmanager
def asking(part: Part) -> Iterator[None]:
    """Ask the part's recipe within. Raises `RecipeBug` where it crashes."""
    try:
        yield
    except AssemblerError:
        raise
    except Exception as error:
        what = f"recipe `{part.recipe}` crashed on part `{part.name}`"
        raise RecipeBug(what) from error
