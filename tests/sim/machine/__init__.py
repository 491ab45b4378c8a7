"""The stateful machine: how its worlds open, the calls it draws, and the counts that each world has to keep."""
