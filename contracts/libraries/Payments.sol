// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Who gets how many wei; each account once.
struct Payments {
    address[] accounts;
    uint256[] amounts;
}

using LibPayments for Payments global;

/// @title A list of payments that grows in memory
library LibPayments {
    /// @param most accounts at most
    function list(uint256 most) internal pure returns (Payments memory payments) {
        payments = Payments(new address[](most), new uint256[](most));
        _cut(payments, 0);
    }

    /// @notice Appends an account that is not in the list.
    function push(Payments memory payments, address account, uint256 amount) internal pure {
        uint256 length = payments.accounts.length;
        _cut(payments, length + 1);
        (payments.accounts[length], payments.amounts[length]) = (account, amount);
    }

    /// @notice Adds to what an account gets.
    function add(Payments memory payments, address account, uint256 amount) internal pure {
        if (amount == 0) return;
        uint256 length = payments.accounts.length;
        for (uint256 i = 0; i < length; ++i) {
            if (payments.accounts[i] != account) continue;
            payments.amounts[i] += amount;
            return;
        }
        push(payments, account, amount);
    }

    function _cut(Payments memory payments, uint256 length) private pure {
        (address[] memory accounts, uint256[] memory amounts) = (payments.accounts, payments.amounts);
        assembly ("memory-safe") {
            mstore(accounts, length)
            mstore(amounts, length)
        }
    }
}
