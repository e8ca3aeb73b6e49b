"""Who is looking: sign-in at the identity provider, the session behind the cookie, preferences."""
