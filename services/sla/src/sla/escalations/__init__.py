"""Who is told that a promise is in danger, and has somebody taken it up?"""
