"""Customers out of files: read, mapped, looked at before anything happens, taken in by the workers, taken back."""
