"""How a mail of ours is written, as pure decisions: in which words, in which bytes."""
