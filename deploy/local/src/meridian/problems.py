"""What a person is told when the stack cannot go on: one message that says what to do."""


class StackProblem(Exception):
    """Something outside our code stands in the way; `str()` is the whole message for the person."""
