"""Errors as data, for editors and other programs."""

from assembler.cli.console import Json
from assembler.errors import AssemblerError, Faults
from assembler.origin import Origin


def error_document(error: AssemblerError, code: int) -> Json:
    """What failed, its exit code, and each of several errors with its place and its hints."""
    errors = error.errors if isinstance(error, Faults) else (error,)
    return {"error": error.message, "exit": code, "errors": [_entry(each) for each in errors]}


def _entry(error: AssemblerError) -> Json:
    return {
        "message": error.message,
        **(_place(error.origin) if error.origin else {}),
        "details": list(error.details),
        "hints": list(error.hints),
    }


def _place(origin: Origin) -> dict[str, Json]:
    """The place, with line and column from 1 and the width that is meant, where there are lines."""
    place: dict[str, Json] = {"file": origin.file}
    if origin.line:
        place |= {"line": origin.line, "column": origin.column, "width": origin.width}
    return place | ({"key": origin.key} if origin.key else {})
