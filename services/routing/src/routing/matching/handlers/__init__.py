"""Use cases of matching: load, decide, store.

Locks are taken in one order, the work item first, then people in the order of their ids, so that
no two of these ever wait for each other.
"""
