"""End-to-end tests: the four people's journeys through the served product, in a real Chromium.

`python3 dev.py e2e [PYTEST ARGUMENTS]` runs them. How they are built, and how to add one: docs/e2e.md.
"""
