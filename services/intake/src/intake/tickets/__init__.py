"""What a ticket is: its life cycle and its conversation, in one sequence of versions."""
