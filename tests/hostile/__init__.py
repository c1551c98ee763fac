"""What others may put before assembler, in one table, and how it and others take it."""
