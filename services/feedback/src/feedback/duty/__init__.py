"""Who may be asked to come back to a customer of a client now? Leads, by roster and by rights."""
