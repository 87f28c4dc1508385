"""Telegram, on loopback: the Bot API, and the phones of those who write to the bot.

The tests let aiogram read its updates and call its API.
"""

from madang.connectors.telegram.simulator.phone import Phone as Phone
from madang.connectors.telegram.simulator.provider import Simulator as Simulator
