// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The bits of a binary32 number (IEEE 754), as models read and write them: sign, 8 bits of exponent, 23 bits of fraction.
/// @dev    Operators compare the numbers, not the bits: a NaN is neither below, above nor equal to anything, and -0 equals +0.
type F32 is uint32;

using LibF32 for F32 global;
using {eq as ==, neq as !=, lt as <, lte as <=, gt as >, gte as >=} for F32 global;

F32 constant F32_ZERO = F32.wrap(0);
F32 constant F32_ONE = F32.wrap(0x3f800000);

function eq(F32 a, F32 b) pure returns (bool) {
    return a.isOrdered(b) && a.rank() == b.rank();
}

function neq(F32 a, F32 b) pure returns (bool) {
    return !(a == b);
}

function lt(F32 a, F32 b) pure returns (bool) {
    return a.isOrdered(b) && a.rank() < b.rank();
}

function lte(F32 a, F32 b) pure returns (bool) {
    return a.isOrdered(b) && a.rank() <= b.rank();
}

function gt(F32 a, F32 b) pure returns (bool) {
    return b < a;
}

function gte(F32 a, F32 b) pure returns (bool) {
    return b <= a;
}

/// @title What can be asked of a binary32 number
library LibF32 {
    uint32 private constant INFINITY = 0x7f800000;
    uint32 private constant MAGNITUDE = 0x7fffffff;

    function bits(F32 x) internal pure returns (uint32) {
        return F32.unwrap(x);
    }

    function isNaN(F32 x) internal pure returns (bool) {
        return F32.unwrap(x) & MAGNITUDE > INFINITY;
    }

    /// @notice Neither infinite nor NaN.
    function isFinite(F32 x) internal pure returns (bool) {
        return F32.unwrap(x) & MAGNITUDE < INFINITY;
    }

    /// @notice Whether the sign bit is set; so it is for -0, and may be for a NaN.
    function isNegative(F32 x) internal pure returns (bool) {
        return F32.unwrap(x) > MAGNITUDE;
    }

    /// @notice Whether the number lies in `least .. most`, both included. False for a NaN: a check by this fails closed.
    function isWithin(F32 x, F32 least, F32 most) internal pure returns (bool) {
        return least <= x && x <= most;
    }

    /// @notice Whether neither is a NaN.
    function isOrdered(F32 a, F32 b) internal pure returns (bool) {
        return !a.isNaN() && !b.isNaN();
    }

    /// @notice An integer that is ordered as the numbers are; 0 for both zeros. Of no meaning for a NaN.
    function rank(F32 x) internal pure returns (int256) {
        int256 magnitude = int256(uint256(F32.unwrap(x) & MAGNITUDE));
        return x.isNegative() ? -magnitude : magnitude;
    }
}
