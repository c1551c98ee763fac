"""Greets somebody, and counts."""

import argparse
import os
from pathlib import Path

from humanize import ordinal


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--count", type=Path, required=True, help="the file that holds the count")
    asked = parser.parse_args()
    before = int(asked.count.read_text()) if asked.count.exists() else 0
    asked.count.write_text(str(before + 1))
    print(f"{os.environ['GREETING']}, {asked.name}! You are the {ordinal(before + 1)}.")
