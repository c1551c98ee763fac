"""The standard recipes: `program`, `template`, `command`, `download`."""
