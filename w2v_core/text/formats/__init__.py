"""One module for each format of documents, or for a family of them; ``registry`` lists them."""
