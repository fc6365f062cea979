// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title  The parts of a binary32 number, and the one place that rounds
/// @dev    A finite magnitude is written as `m * 2^(e - 150)`, with `e` the exponent field: `m` has the hidden bit at 2^23 for a normal number,
///         and `e` is 1 for a subnormal one.
library Float32Bits {
    uint256 internal constant NAN = 0x7fc00000;
    uint256 internal constant INFINITY = 0x7f800000;
    uint256 internal constant ONE = 0x3f800000;
    uint256 internal constant SIGN = 0x80000000;
    uint256 internal constant MAGNITUDE = 0x7fffffff;
    uint256 internal constant FRACTION = 0x7fffff;
    uint256 internal constant HIDDEN = 0x800000;

    /// @notice The same number, or the one NaN.
    function canonical(uint256 a) internal pure returns (uint256) {
        return a & MAGNITUDE > INFINITY ? NAN : a;
    }

    /// @notice Exponent and significand of a finite number.
    function unpack(uint256 a) internal pure returns (int256 e, uint256 m) {
        uint256 field = (a >> 23) & 0xff;
        return field == 0 ? (int256(1), a & FRACTION) : (int256(field), (a & FRACTION) | HIDDEN);
    }

    /// @notice The number nearest to `m * 2^(e - 150)`, for `m` in 1 .. 2^250 and `e` in -2^16 .. 2^16.
    function pack(uint256 sign, int256 e, uint256 m) internal pure returns (uint256) {
        unchecked {
            uint256 zeros = countLeadingZeros(m);
            int256 exponent = e + 231 - int256(zeros);
            if (exponent > 253) return sign | INFINITY;
            if (exponent >= 0) return sign | ((uint256(exponent) << 23) + roundTop(m << (zeros - 1)));
            if (e > 0) return sign | (m << uint256(e - 1));
            uint256 shift = uint256(1 - e);
            if (shift > 256 - zeros) return sign;
            return sign | ((m + (1 << (shift - 1)) - 1 + ((m >> shift) & 1)) >> shift);
        }
    }

    /// @notice A significand whose first bit is bit 254, rounded to 24 bits; 2^24 where that carries.
    /// @dev    Added to an exponent field less one, the hidden bit or the carry completes the exponent.
    function roundTop(uint256 m) internal pure returns (uint256) {
        unchecked {
            return (m + ((1 << 230) - 1) + ((m >> 231) & 1)) >> 231;
        }
    }

    function countLeadingZeros(uint256 x) internal pure returns (uint256 zeros) {
        assembly ("memory-safe") {
            zeros := clz(x)
        }
    }
}
