"""What changes what is told of the service."""
