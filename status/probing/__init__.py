"""Asking a service whether it answers: HTTP(S) and TCP checks that never reach where they may not. Knows no Django."""
