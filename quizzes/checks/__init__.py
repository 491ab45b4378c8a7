"""The rules of the question guide that a program can decide, by the part of a question they look at."""
