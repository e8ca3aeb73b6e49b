"""The payment provider's double: gives money back on paper, and misbehaves on demand."""
