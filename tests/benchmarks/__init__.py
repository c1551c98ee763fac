"""How long things take, measured by hand, and what must not grow faster than its input."""
