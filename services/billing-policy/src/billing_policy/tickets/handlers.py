"""Follows tickets, and says what is known of one."""

from billing_policy.tickets import store

follow = store.save
ticket = store.ticket
