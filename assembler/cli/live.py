"""Live files in words."""

from typing import assert_never

from assembler.cli.console import Json
from assembler.model.live import LiveState


def live_line(state: LiveState) -> str:
    """What is due of a live file, in one line."""
    due = {True: "due: ", False: "current", None: ""}[state.due]
    return f"live file {state.path}: {due}{_reason(state)}"


def live_document(state: LiveState) -> Json:
    """What is due of a live file, as JSON."""
    return {"path": state.path, "part": state.part, "due": state.due, "reason": _reason(state)}


def _reason(state: LiveState) -> str:  # noqa: C901, PLR0911 - one branch a kind
    names = ", ".join(f"`{name}`" for name in state.secrets)
    match state.reason:
        case "":
            return ""
        case "new":
            return "it is not written yet"
        case "described":
            return "it is described otherwise now"
        case "rotated":
            return f"{names} {'has' if len(state.secrets) == 1 else 'have'} changed"
        case "edited":
            return "it was changed by hand"
        case "mode":
            return "its mode was changed"
        case "missing":
            return f"not compared, for want of {names}"
        case "unreadable":
            return "not compared, as this user may not read it"
        case _:
            assert_never(state.reason)
