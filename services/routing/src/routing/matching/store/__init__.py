"""All SQL of matching. Everything needs the tenant in scope unless it says otherwise."""
