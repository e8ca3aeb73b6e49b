"""The demo firm: its people, its clients, and the contacts that `meridian demo` plays."""
