"""Lists of holidays from elsewhere: read, compared with a calendar, and offered. Nothing here writes."""
