"""Recipes from elsewhere: what they are locked to, and how they are asked."""
