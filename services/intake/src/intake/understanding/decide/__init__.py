"""Reading as pure decisions: `language` weighs scripts and guesses, `topics` counts words."""
