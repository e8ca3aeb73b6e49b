"""Has a good answer reached the person who earned it?"""
