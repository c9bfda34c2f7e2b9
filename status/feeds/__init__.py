"""Feeds of the public page: Atom and RSS for what is told, iCalendar for what is planned, a badge for other pages."""
