"""Tests of the whole house, from outside."""
