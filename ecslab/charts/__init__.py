"""Charts: series from the journal as Plotly figures, built as plain dicts, each with its table."""
