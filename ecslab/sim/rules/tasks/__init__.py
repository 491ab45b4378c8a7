"""The life of a task, by what happens in it: launching, starting its containers, running, health, stopping."""
