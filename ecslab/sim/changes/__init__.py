"""The only writers of the world (core law 9). Every change takes the world first, whether it needs it or not.

Each change writes the state, keeps the indexes and appends one journal entry (moment, serial, kind, id, values).
Map, charts and event views are made from the journal. One module for each kind of thing that changes.
"""
