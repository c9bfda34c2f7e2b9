"""The Statuspage v2 format: one vocabulary, stable ids, and documents made of the board's values."""
