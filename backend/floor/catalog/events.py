"""What happened to masters, told to the slices above in the same transaction (`kernel.local.announce`)."""

import msgspec


class AddressChanged(msgspec.Struct, frozen=True, kw_only=True):
    """Mail for a partner goes elsewhere from now on; "" where there is no address."""

    partner: str
    before: str
    email: str
