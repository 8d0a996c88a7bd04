"""What is known of one word, as a page to print."""
