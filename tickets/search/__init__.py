"""Search: the language of the box, its filters, the statements that find, and the marks on what is found."""
