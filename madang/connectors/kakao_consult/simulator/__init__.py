"""Kakao and a dealer between us, on loopback."""

from __future__ import annotations

from madang.connectors.kakao_consult.simulator.provider import Simulator

__all__ = ["Simulator"]
