"""What all documents of other teams share: rows, workbooks, references to secrets."""
