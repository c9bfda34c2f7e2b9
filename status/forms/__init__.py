"""The shapes of what people type about the service. Rules live in the operations: a form only carries it there."""
