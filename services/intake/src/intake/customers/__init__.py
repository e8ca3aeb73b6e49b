"""Who a tenant's customers are; the same person at two tenants is two customers."""
