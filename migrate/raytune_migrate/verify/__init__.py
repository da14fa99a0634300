"""``raytune-migrate verify``: a sweep before and after its migration, run and compared."""
