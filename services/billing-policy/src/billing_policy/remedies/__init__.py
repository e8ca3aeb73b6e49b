"""May this be given to this customer? Asked, decided by rule, approved or refused by people."""
