"""Which ticket is it? The facts of tickets that remedies are judged by, copied from intake."""
