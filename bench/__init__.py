"""Measurements beside their floors: `python3 dev.py bench [NAME …]`. Prints tables, asserts no speed."""
