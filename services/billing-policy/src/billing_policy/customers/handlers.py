"""Follows customers, forgets them when they ask for it, and says what is known of one."""

from billing_policy.customers import store

follow = store.save
forget = store.forget
customer = store.customer
