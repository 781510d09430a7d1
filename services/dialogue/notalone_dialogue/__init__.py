"""The conversation that leads a person to fitting help."""
