"""Many tickets: the lists and the queue, their filters, their rows and the views that are kept of them."""
