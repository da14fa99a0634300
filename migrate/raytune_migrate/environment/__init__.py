"""What a project says of the places where its code is to run."""
