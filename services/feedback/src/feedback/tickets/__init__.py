"""What did the customer of this ticket say of us, and what followed?"""
