"""What a user would run instead, each as it is meant to be used."""
