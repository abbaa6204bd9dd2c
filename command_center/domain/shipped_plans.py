"""The plans as they are shipped: unchanged they count as agreed, so that a house is not helpless on its first day.

Whoever changes a shipped plan changes its hash here too; a test compares them with ``crisis_plans/``.
"""

from typing import Final

SHIPPED: Final = frozenset(
    {
        "65acfb5c7c4fc4265ffae37fa56d38ff1219255cafef1bfe8d361f713fe6f27e",  # data-breach
        "32903f69635ca42f71b2b0542447efb0a951e5047879a7c5317c83d4e20ddeb0",  # executive-misconduct
        "f64e70208db02fa3cd6e214feff08b8c482cad1de1f4c4d33cdac41720aa5108",  # hostile-campaign
        "791e8a74bbfc281937d7d782766e02a9516a423ec70362124e57a460a4fce174",  # product-recall
        "ad3fa6d11551776194039d93132840ac6b37646b2465051a7e6d4f3294a837eb",  # service-outage
        "c67b5fe1e1286972bd95a64cf26ac13202394edb4bdfa87d9548d280dbf009b7",  # workplace-accident
    }
)
