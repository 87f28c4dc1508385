"""What the house asks of every CRM."""

from __future__ import annotations

from madang.channels.crm_testing import CrmContractTests


class TestContract(CrmContractTests):
    connector = "hubspot"
