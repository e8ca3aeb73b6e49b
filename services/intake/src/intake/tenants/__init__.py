"""Which client companies are served: brands, plans, priorities, client users, API keys."""
