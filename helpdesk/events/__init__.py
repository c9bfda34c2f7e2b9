"""`/events/`: tells open pages that something has changed. A process of its own, which only listens and passes on."""
