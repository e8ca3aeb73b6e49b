"""The events Meridian's services exchange: shapes, names and who sends what to whom."""
