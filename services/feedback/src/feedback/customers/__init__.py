"""Has this customer been forgotten? One row per customer, which is also the lock of their asks."""
