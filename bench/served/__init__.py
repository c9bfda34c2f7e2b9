"""What the production server serves while it is measured: the product, and beside it the floors."""
