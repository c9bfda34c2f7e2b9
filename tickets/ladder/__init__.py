"""The escalation matrix read for a ticket: what it says, whom it tells, and the whole ladder ahead of its time."""
