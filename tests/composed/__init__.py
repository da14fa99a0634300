"""Scripts with a sweep, composed at random of what users write, for both Trains to run."""
