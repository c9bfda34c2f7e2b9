"""The shapes of what people type. Rules live in the operations: a form only carries it there."""
