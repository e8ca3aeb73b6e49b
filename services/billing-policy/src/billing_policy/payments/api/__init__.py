"""HTTP of payments: charges, payments and the ledger, what the provider tells."""
