"""The agent's desk: own work, one ticket, reply, note and solve."""
