"""The world's mail servers, locally: takes every mail that left and shows it."""
