"""Judging models on files of interactions: files in, figures with their uncertainty and a CSV out."""
