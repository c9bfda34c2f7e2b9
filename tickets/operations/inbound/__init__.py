"""The verbs of mail: take it in, read it, and make of it what it is."""
