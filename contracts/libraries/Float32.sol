// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Float32Bits} from "./Float32Bits.sol";
import {Float32Convert} from "./Float32Convert.sol";
import {Float32Whole} from "./Float32Whole.sol";

/// @title  IEEE 754-2019 binary32, rounded to nearest, ties to even (SPEC section 4)
/// @notice Words hold the 32 bits of a number; their upper 224 bits must be zero, and are zero in every result.
///         Subnormals are kept. A NaN of any payload is understood; every NaN result is 0x7fc00000. Comparisons give 1 or 0.
/// @dev    Significands and exponents are as in Float32Bits.sol.
library Float32 {
    // Those of Float32Bits.sol: assembly takes constants that are plain numbers only.
    uint256 private constant NAN = 0x7fc00000;
    uint256 private constant INFINITY = 0x7f800000;
    uint256 private constant SIGN = 0x80000000;
    uint256 private constant MAGNITUDE = 0x7fffffff;
    uint256 private constant FRACTION = 0x7fffff;

    function add(uint256 a, uint256 b) internal pure returns (uint256 sum) {
        assembly ("memory-safe") {
            // a gets the greater magnitude.
            let swap := mul(xor(a, b), lt(and(a, MAGNITUDE), and(b, MAGNITUDE)))
            a := xor(a, swap)
            b := xor(b, swap)
            let top := and(shr(23, a), 0xff)
            let e := and(shr(23, b), 0xff)
            let x := add(and(a, FRACTION), shl(23, gt(top, 0)))
            let y := add(and(b, FRACTION), shl(23, gt(e, 0)))
            top := add(top, iszero(top))
            e := add(e, iszero(e))
            let distance := sub(top, e)
            x := add(shl(distance, x), mul(y, sub(1, shr(30, and(xor(a, b), SIGN)))))
            let zeros := clz(x)
            let exponent := sub(add(e, 231), zeros)
            // The first bit becomes bit 55, and 24 bits remain.
            y := shl(sub(zeros, 200), x)
            y := shr(32, add(add(y, 0x7fffffff), and(shr(32, y), 1)))
            sum := or(and(a, SIGN), add(shl(23, exponent), y))
            if or(or(gt(distance, 25), iszero(x)), or(gt(top, 254), gt(exponent, 253))) {
                sum := or(and(a, SIGN), INFINITY)
                // A subnormal sum is exact; its exponent wraps below zero.
                if gt(exponent, 511) { sum := or(and(a, SIGN), shl(sub(e, 1), x)) }
                // -0 is the sum of two negative zeros only.
                if iszero(x) { sum := and(and(a, b), SIGN) }
                // b is less than half of the distance from a to its nearest neighbour.
                if gt(distance, 25) { sum := a }
                if gt(top, 254) {
                    sum := a
                    if or(gt(and(a, MAGNITUDE), INFINITY), eq(xor(a, b), SIGN)) { sum := NAN }
                }
            }
        }
    }

    function sub(uint256 a, uint256 b) internal pure returns (uint256) {
        return add(a, b ^ SIGN);
    }

    function mul(uint256 a, uint256 b) internal pure returns (uint256 product) {
        assembly ("memory-safe") {
            let e := and(shr(23, a), 0xff)
            let f := and(shr(23, b), 0xff)
            let x := mul(add(and(a, FRACTION), shl(23, gt(e, 0))), add(and(b, FRACTION), shl(23, gt(f, 0))))
            let infinite := or(gt(e, 254), gt(f, 254))
            e := add(add(e, iszero(e)), add(f, iszero(f)))
            let zeros := clz(x)
            let exponent := sub(add(e, 81), zeros)
            // As in `add`.
            f := shl(sub(zeros, 200), x)
            f := shr(32, add(add(f, 0x7fffffff), and(shr(32, f), 1)))
            product := or(and(xor(a, b), SIGN), add(shl(23, exponent), f))
            if or(or(infinite, iszero(x)), gt(exponent, 253)) {
                let sign := and(xor(a, b), SIGN)
                product := or(sign, INFINITY)
                // A subnormal product; its exponent wraps below zero. In units of 2^-149 it is x * 2^(e - 151).
                if gt(exponent, 511) {
                    x := shl(64, x)
                    e := sub(215, e)
                    product := or(sign, shr(e, add(add(x, sub(shl(sub(e, 1), 1), 1)), and(shr(e, x), 1))))
                }
                if iszero(x) { product := sign }
                if infinite {
                    product := or(sign, INFINITY)
                    if or(iszero(x), or(gt(and(a, MAGNITUDE), INFINITY), gt(and(b, MAGNITUDE), INFINITY))) { product := NAN }
                }
            }
        }
    }

    function div(uint256 a, uint256 b) internal pure returns (uint256) {
        unchecked {
            uint256 sign = (a ^ b) & SIGN;
            uint256 p = a & MAGNITUDE;
            uint256 q = b & MAGNITUDE;
            if (p >= INFINITY || q >= INFINITY) {
                if (p > INFINITY || q > INFINITY || p == q) return NAN;
                return p == INFINITY ? sign | INFINITY : sign;
            }
            if (q == 0) return p == 0 ? NAN : sign | INFINITY;
            if (p == 0) return sign;
            (int256 e, uint256 x) = Float32Bits.unpack(a);
            (int256 f, uint256 y) = Float32Bits.unpack(b);
            x <<= 60;
            // the quotient has 36 bits or more; its last bit tells whether something was cut off
            return Float32Bits.pack(sign, e - f + 90, (x / y) | (x % y == 0 ? 0 : 1));
        }
    }

    function sqrt(uint256 a) internal pure returns (uint256) {
        unchecked {
            if (a & MAGNITUDE == 0) return a;
            if (a >= INFINITY) return a == INFINITY ? a : NAN;
            (int256 e, uint256 x) = Float32Bits.unpack(a);
            // the exponent made even; the root has 30 bits or more
            x <<= 60 + uint256(e & 1);
            uint256 root = 1 << ((257 - Float32Bits.countLeadingZeros(x)) >> 1);
            // Heron's rule: from a relative error of at most 1, five steps reach 2^-49; the root has 43 bits at most
            root = (root + x / root) >> 1;
            root = (root + x / root) >> 1;
            root = (root + x / root) >> 1;
            root = (root + x / root) >> 1;
            root = (root + x / root) >> 1;
            if (root * root > x) root -= 1;
            return Float32Bits.pack(0, (e >> 1) + 44, (root << 1) | (root * root == x ? 0 : 1));
        }
    }

    function neg(uint256 a) internal pure returns (uint256) {
        return Float32Bits.canonical(a ^ SIGN);
    }

    function abs(uint256 a) internal pure returns (uint256) {
        return Float32Bits.canonical(a & MAGNITUDE);
    }

    /// @notice IEEE 754-2019 minimum: NaN wins, -0 < +0.
    function min(uint256 a, uint256 b) internal pure returns (uint256) {
        if (_unordered(a, b)) return NAN;
        return _rank(a) < _rank(b) ? a : b;
    }

    /// @notice IEEE 754-2019 maximum: NaN wins, -0 < +0.
    function max(uint256 a, uint256 b) internal pure returns (uint256) {
        if (_unordered(a, b)) return NAN;
        return _rank(a) < _rank(b) ? b : a;
    }

    function lt(uint256 a, uint256 b) internal pure returns (uint256) {
        if (_unordered(a, b) || (a | b) & MAGNITUDE == 0) return 0;
        return _rank(a) < _rank(b) ? 1 : 0;
    }

    function le(uint256 a, uint256 b) internal pure returns (uint256) {
        if (_unordered(a, b)) return 0;
        return (a | b) & MAGNITUDE == 0 || _rank(a) <= _rank(b) ? 1 : 0;
    }

    function eq(uint256 a, uint256 b) internal pure returns (uint256) {
        if (_unordered(a, b)) return 0;
        return a == b || (a | b) & MAGNITUDE == 0 ? 1 : 0;
    }

    function floor(uint256 a) internal pure returns (uint256) {
        return Float32Whole.floor(a);
    }

    function ceil(uint256 a) internal pure returns (uint256) {
        return Float32Whole.ceil(a);
    }

    function trunc(uint256 a) internal pure returns (uint256) {
        return Float32Whole.trunc(a);
    }

    /// @notice To the nearest whole number, ties to even.
    function nearest(uint256 a) internal pure returns (uint256) {
        return Float32Whole.nearest(a);
    }

    /// @notice The 32-bit integer of a number: truncates, saturates, NaN gives 0.
    function toInt(uint256 a) internal pure returns (uint256) {
        return Float32Convert.toInt(a);
    }

    /// @notice The number nearest to a 32-bit integer, ties to even.
    function fromInt(uint256 a) internal pure returns (uint256) {
        return Float32Convert.fromInt(a);
    }

    /// @notice The number that equals the binary16 number of these 16 bits; exact.
    function fromHalf(uint256 half) internal pure returns (uint256) {
        return Float32Convert.fromHalf(half);
    }

    /// @notice The same number, or the one NaN.
    function canonical(uint256 a) internal pure returns (uint256) {
        return Float32Bits.canonical(a);
    }

    function _unordered(uint256 a, uint256 b) private pure returns (bool) {
        return a & MAGNITUDE > INFINITY || b & MAGNITUDE > INFINITY;
    }

    /// @dev Ascends with the number, -0 below +0.
    function _rank(uint256 a) private pure returns (uint256) {
        return a & SIGN == 0 ? a | SIGN : a ^ 0xffffffff;
    }
}
