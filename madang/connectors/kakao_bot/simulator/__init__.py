"""Kakao's chatbot platform, on loopback."""

from __future__ import annotations

from madang.connectors.kakao_bot.simulator.provider import Simulator

__all__ = ["Simulator"]
