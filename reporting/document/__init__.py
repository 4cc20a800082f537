"""Documents as a tree of content, rendered whole as HTML, Word, PDF, Markdown or JSON: the same words in every format."""
