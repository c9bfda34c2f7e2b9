"""Maintenance windows between rows and pages: what follows from their instants, rules, notices and lists."""
