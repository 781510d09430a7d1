"""What every service runs on: settings, clock, gRPC server and client, errors, logs, sealing."""
