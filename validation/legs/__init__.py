"""Legs that are hidden, or stand alone: what is learned of them."""
