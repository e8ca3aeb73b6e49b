"""Tickets on the wire: `shapes` (requests and answers), `views` (from what was read)."""
