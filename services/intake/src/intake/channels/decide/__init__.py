"""What a mail is, as pure decisions: read (`mime`), split (`quotes`), judged and threaded."""
