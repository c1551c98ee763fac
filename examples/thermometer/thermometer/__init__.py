"""A thermometer whose driver is written in C."""

import ctypes
import json
import os
import sys
from pathlib import Path


def temperature(raw: int) -> float:
    """The temperature in °C that a raw value of the sensor stands for."""
    driver = ctypes.CDLL(os.environ["THERMOMETER_DRIVER"])
    driver.share.restype = ctypes.c_double
    table = json.loads(Path(os.environ["THERMOMETER_TABLE"]).read_text())
    return table["lowest"] + driver.share(raw) * (table["highest"] - table["lowest"])


def main() -> None:
    """Print the temperature for the raw value on the command line."""
    print(temperature(int(sys.argv[1])))
