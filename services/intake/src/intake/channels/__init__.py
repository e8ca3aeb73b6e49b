"""What customers send: mail read, split, threaded and judged by pure functions, then accepted."""
