// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @notice What an account is owed: money that waits in an open bucket, money that waits in a closed one, money that is ready. Wei, unix seconds.
/// @param ready        what can be withdrawn
/// @param maturesAt    when `current` is ready
/// @param previousMaturesAt when `previous` is ready
/// @param frozenUntil  withdrawals are stopped before this
/// @param freezableAt  no freeze can begin before this
/// @param current      what was credited since the open bucket's beginning
/// @param previous     what was credited in the bucket before it
/// @param closesAt     from when on credits begin another bucket
struct Account {
    uint96 ready;
    uint40 maturesAt;
    uint40 previousMaturesAt;
    uint40 frozenUntil;
    uint40 freezableAt;
    uint96 current;
    uint96 previous;
    uint40 closesAt;
}

using LibAirGap for Account global;

/// @title  Money that is seen before it can leave
/// @notice A bucket stays open for one gap from its first credit and is ready one gap after it closed. So every credit is ready between one and
///         two gaps later, whatever else is credited: dust postpones nothing. A bucket's times are fixed when it begins.
library LibAirGap {
    /// @notice Whether credits go to a bucket that has begun.
    function isOpen(Account storage account) internal view returns (bool) {
        return account.current != 0 && block.timestamp < account.closesAt;
    }

    /// @notice Adds to the open bucket.
    function add(Account storage account, uint96 amount) internal {
        account.current += amount;
    }

    /// @notice Begins a bucket with this gap in seconds; with none, the amount is ready at once. No bucket is open.
    function begin(Account storage account, uint96 amount, uint256 gap) internal {
        account.ready = SafeCast.toUint96(readyOf(account) + (gap == 0 ? amount : 0));
        (account.previous, account.previousMaturesAt) = _previous(account);
        if (gap == 0) {
            account.current = 0;
            return;
        }
        // INVARIANT: a bucket closes no earlier than the one before it is ready, so that there are never more than two that wait.
        uint256 closesAt = block.timestamp + gap;
        if (account.previous != 0 && account.previousMaturesAt > closesAt) closesAt = account.previousMaturesAt;
        account.current = amount;
        account.closesAt = uint40(closesAt);
        account.maturesAt = uint40(closesAt + gap);
    }

    /// @notice Takes out what is ready.
    function take(Account storage account) internal returns (uint256 amount) {
        amount = readyOf(account);
        bool open = isOpen(account);
        (account.previous, account.previousMaturesAt) = _previous(account);
        account.ready = 0;
        if (!open) account.current = 0;
    }

    /// @notice What is ready now.
    function readyOf(Account storage account) internal view returns (uint256 ready) {
        ready = account.ready;
        if (block.timestamp >= account.previousMaturesAt) ready += account.previous;
        if (block.timestamp >= account.maturesAt) ready += account.current;
    }

    /// @notice All that is owed, ready or not.
    function total(Account storage account) internal view returns (uint256) {
        return uint256(account.ready) + account.previous + account.current;
    }

    /// @dev The closed bucket that still waits: the one before, or the current one if its time to close has come.
    function _previous(Account storage account) private view returns (uint96 amount, uint40 maturesAt) {
        if (account.previous != 0 && block.timestamp < account.previousMaturesAt) return (account.previous, account.previousMaturesAt);
        if (isOpen(account) || block.timestamp >= account.maturesAt) return (0, 0);
        return (account.current, account.maturesAt);
    }
}
