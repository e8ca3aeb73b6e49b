"""Who works here, what each may and can do, and who is at work now."""
