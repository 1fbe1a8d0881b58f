"""What each verb of the command line does, free of argument parsing and exit codes."""
