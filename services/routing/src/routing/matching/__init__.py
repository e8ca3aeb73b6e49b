"""Who owns a ticket now, and why: waiting work, offers, capacity, ownership."""
