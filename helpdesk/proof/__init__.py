"""The proof that organisations are kept apart: a walk over every address as somebody else (docs/isolation.md)."""
