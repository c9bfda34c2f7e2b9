"""The pages of tickets. A view reads, makes one call to an operation, and answers; it writes nothing."""
