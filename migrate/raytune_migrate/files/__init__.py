"""What is on the disk: finding files, ending those early that have nothing to say."""
