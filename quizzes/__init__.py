"""Scenario questions: a bank of files, automatic checks, and pages that ask and explain."""
