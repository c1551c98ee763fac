"""`Plan` → `Manifest`: performs steps, publishes, switches."""
