"""How much may still be given? One book of what is held and given, by case, customer and month."""
