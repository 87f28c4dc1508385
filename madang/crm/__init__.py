"""Customers and the contacts of a CRM, kept in step both ways. Which CRM is a folder in ``connectors/``."""
