"""Every limit of the table, tried just within and just beyond."""
