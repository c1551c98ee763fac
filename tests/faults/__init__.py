"""Commands that are killed, and machines that fail them: what stands then, and how it heals."""
