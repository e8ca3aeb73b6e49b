"""What was a customer asked after a cycle, what did they answer, and why was somebody not asked?"""
