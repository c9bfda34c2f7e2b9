"""Mail that comes in: its ways in, senders and pages. The core reads bytes (`tickets.mail`), the operations write."""
