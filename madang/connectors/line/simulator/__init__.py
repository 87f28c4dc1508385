"""LINE, on loopback: the Messaging API, and the phones of an official account's friends.

It knows what LINE's own SDK knows: the tests let ``linebot.v3`` read its webhooks and call its API.
"""

from madang.connectors.line.simulator.phone import Phone as Phone
from madang.connectors.line.simulator.provider import Simulator as Simulator
