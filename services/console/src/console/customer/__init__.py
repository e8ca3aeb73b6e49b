"""The customer's own page, reached by a signed link: no account, no script needed."""
