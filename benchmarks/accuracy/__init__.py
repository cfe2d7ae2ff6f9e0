"""Accuracy beside other libraries, what each part brings, and the page that tells it."""
