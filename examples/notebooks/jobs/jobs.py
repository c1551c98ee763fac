"""What is done at night."""

import pandas as pd


def load() -> None:
    """Load the day's figures."""
    print(f"loaded with pandas {pd.__version__}")


def report() -> None:
    """Write the report."""
    figures = pd.DataFrame({"sold": [3, 4, 5]})
    print(f"sold {figures['sold'].sum()}")


def tidy() -> None:
    """Forget what is old."""
    print("tidied")
