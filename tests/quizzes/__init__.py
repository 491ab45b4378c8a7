"""Tests of the questions: the bank, its checks, marking, and the pages."""
