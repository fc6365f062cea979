// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title  32-bit two's complement integers (SPEC section 4)
/// @notice Words hold 32 bits; their upper 224 bits must be zero, and are zero in every result. Comparisons give 1 or 0.
library Int32 {
    uint256 private constant MASK = 0xffffffff;
    uint256 private constant SIGN = 0x80000000;

    function add(uint256 a, uint256 b) internal pure returns (uint256) {
        unchecked {
            return (a + b) & MASK;
        }
    }

    function sub(uint256 a, uint256 b) internal pure returns (uint256) {
        unchecked {
            return (a - b) & MASK;
        }
    }

    function mul(uint256 a, uint256 b) internal pure returns (uint256) {
        unchecked {
            return (a * b) & MASK;
        }
    }

    /// @notice Truncates; `x / 0` is 0 and `-2^31 / -1` is -2^31.
    function div(uint256 a, uint256 b) internal pure returns (uint256 quotient) {
        // SDIV gives 0 for a divisor of 0, which Solidity's own operator refuses
        assembly ("memory-safe") {
            quotient := and(sdiv(signextend(3, a), signextend(3, b)), MASK)
        }
    }

    /// @notice Has the sign of `a`; `rem(x, 0)` is 0.
    function rem(uint256 a, uint256 b) internal pure returns (uint256 remainder) {
        assembly ("memory-safe") {
            remainder := and(smod(signextend(3, a), signextend(3, b)), MASK)
        }
    }

    function and(uint256 a, uint256 b) internal pure returns (uint256) {
        return a & b;
    }

    function or(uint256 a, uint256 b) internal pure returns (uint256) {
        return a | b;
    }

    function xor(uint256 a, uint256 b) internal pure returns (uint256) {
        return a ^ b;
    }

    function shl(uint256 a, uint256 b) internal pure returns (uint256) {
        return (a << (b & 31)) & MASK;
    }

    /// @notice Shifts copies of the sign in.
    function shr_s(uint256 a, uint256 b) internal pure returns (uint256 shifted) {
        assembly ("memory-safe") {
            shifted := and(sar(and(b, 31), signextend(3, a)), MASK)
        }
    }

    /// @notice Shifts zeros in.
    function shr_u(uint256 a, uint256 b) internal pure returns (uint256) {
        return a >> (b & 31);
    }

    function min(uint256 a, uint256 b) internal pure returns (uint256) {
        return a ^ SIGN < b ^ SIGN ? a : b;
    }

    function max(uint256 a, uint256 b) internal pure returns (uint256) {
        return a ^ SIGN < b ^ SIGN ? b : a;
    }

    function lt(uint256 a, uint256 b) internal pure returns (uint256) {
        return a ^ SIGN < b ^ SIGN ? 1 : 0;
    }

    function eq(uint256 a, uint256 b) internal pure returns (uint256) {
        return a == b ? 1 : 0;
    }
}
