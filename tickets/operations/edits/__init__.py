"""What an edit of a calendar or a policy does to running clocks: counted ahead, then moved."""
