"""The errors that a request to the simulation can end in; each class knows its AWS code.

A SimError is the learner's mistake, told as AWS tells it: `code` is the name an SDK prints, `message` the sentence.
Anything else that is raised is a fault of the program and is never caught in the core.
Source: IC:X-1 to IC:X-4 (shape), IC section 5.3 (what raises what).

One module per AWS service; `common` has what several of them raise.
"""
