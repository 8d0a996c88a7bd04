"""Who asks, what they may see and change, and how much is theirs."""
