"""Who owned a ticket when? For reports and evidence, from routing's assignments."""
