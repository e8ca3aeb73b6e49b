"""Tickets over HTTP: `desk` (colleagues), `customer` (by signed link, without signing in)."""
