"""A learner's labs: what is kept, who may change it, and the pages."""
