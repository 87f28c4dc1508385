"""HubSpot on loopback: its CRM API v3 for contacts, its limits and errors, and its signed webhooks."""

from __future__ import annotations

from madang.connectors.hubspot.simulator.portal import Portal as Portal
from madang.connectors.hubspot.simulator.server import Simulator as Simulator
