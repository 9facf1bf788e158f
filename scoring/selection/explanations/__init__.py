"""Why this selection: what each rule costs, why a file is in or out, who would replace whom, what to do when rules cannot hold.

Arithmetic on the selection comes first, a new search only where arithmetic does not settle the question (docs/adr/0015).
"""
