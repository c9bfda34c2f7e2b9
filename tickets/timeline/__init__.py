"""A ticket's timeline as a page shows it."""
