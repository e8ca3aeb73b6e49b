"""What did customers pay, what went back to them, and what does the provider say of it?"""
