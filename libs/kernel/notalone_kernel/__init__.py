"""The shared words of the domain: languages, hours, telephone numbers, places, texts. Pure."""
