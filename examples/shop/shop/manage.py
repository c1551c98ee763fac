"""Django's administration."""

import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run a command of Django's."""
    execute_from_command_line(sys.argv)
