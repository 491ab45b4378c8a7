"""A learner's lab: its commands, its clock and its pages."""
