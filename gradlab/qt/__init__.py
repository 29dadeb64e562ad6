"""The window. It knows snapshots, never torch."""
