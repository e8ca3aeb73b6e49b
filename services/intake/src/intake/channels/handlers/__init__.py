"""How contacts come in: what all doors share, forms and partners, mail and its worker."""
