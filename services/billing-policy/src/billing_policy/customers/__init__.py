"""Who is the customer? Plan and segment as intake knows them; forgotten when it forgets."""
