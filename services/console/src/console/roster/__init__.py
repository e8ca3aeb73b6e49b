"""The week of shifts: who works when, what it covers, and the lead's draft of it."""
