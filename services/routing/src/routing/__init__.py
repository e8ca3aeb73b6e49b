"""Routing decides who owns a ticket now, and who works when."""
