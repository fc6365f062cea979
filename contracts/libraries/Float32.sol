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
    uint256 private constant NAN = Float32Bits.NAN;
    uint256 private constant INFINITY = Float32Bits.INFINITY;
    uint256 private constant SIGN = Float32Bits.SIGN;
    uint256 private constant MAGNITUDE = Float32Bits.MAGNITUDE;
    uint256 private constant FRACTION = Float32Bits.FRACTION;
    uint256 private constant HIDDEN = Float32Bits.HIDDEN;

    function add(uint256 a, uint256 b) internal pure returns (uint256) {
        unchecked {
            if (a & MAGNITUDE < b & MAGNITUDE) (a, b) = (b, a);
            uint256 e = (b >> 23) & 0xff;
            uint256 distance = ((a >> 23) & 0xff) - e;
            uint256 x = (a & FRACTION) | HIDDEN;
            uint256 y = (b & FRACTION) | HIDDEN;
            if (e == 0 || e + distance == 255) {
                if (a & MAGNITUDE >= INFINITY) return _sumOfInfinite(a, b);
                // -0 is the sum of two negative zeros only
                if (b & MAGNITUDE == 0) return a & MAGNITUDE == 0 ? a & b : a;
                if (e == 0) {
                    (e, y) = (1, b & FRACTION);
                    if (distance == 0) x = a & FRACTION;
                    else distance -= 1;
                }
            }
            // b is less than half of the distance from a to its nearest neighbour
            if (distance > 25) return a;
            x = (a ^ b) & SIGN == 0 ? (x << distance) + y : (x << distance) - y;
            if (x == 0) return 0;
            uint256 zeros = Float32Bits.countLeadingZeros(x);
            // wraps below zero for a subnormal sum, which is exact
            uint256 exponent = e + 231 - zeros;
            if (exponent < 254) return (a & SIGN) | ((exponent << 23) + Float32Bits.roundTop(x << (zeros - 1)));
            return (a & SIGN) | (exponent < 512 ? INFINITY : x << (e - 1));
        }
    }

    function sub(uint256 a, uint256 b) internal pure returns (uint256) {
        return add(a, b ^ SIGN);
    }

    function mul(uint256 a, uint256 b) internal pure returns (uint256) {
        unchecked {
            uint256 e = (a >> 23) & 0xff;
            uint256 f = (b >> 23) & 0xff;
            uint256 x = (a & FRACTION) | HIDDEN;
            uint256 y = (b & FRACTION) | HIDDEN;
            if (e - 1 > 253 || f - 1 > 253) {
                if (e == 255 || f == 255) return _productOfInfinite(a, b);
                if (a & MAGNITUDE == 0 || b & MAGNITUDE == 0) return (a ^ b) & SIGN;
                if (e == 0) (e, x) = (1, a & FRACTION);
                if (f == 0) (f, y) = (1, b & FRACTION);
            }
            x *= y;
            uint256 zeros = Float32Bits.countLeadingZeros(x);
            // wraps below zero for a subnormal product
            uint256 exponent = e + f + 81 - zeros;
            if (exponent < 254) return ((a ^ b) & SIGN) | ((exponent << 23) + Float32Bits.roundTop(x << (zeros - 1)));
            return Float32Bits.pack((a ^ b) & SIGN, int256(e + f) - 150, x);
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

    /// @dev The sum where the greater magnitude, a, is infinite or NaN.
    function _sumOfInfinite(uint256 a, uint256 b) private pure returns (uint256) {
        return a & MAGNITUDE > INFINITY || a ^ b == SIGN ? NAN : a;
    }

    /// @dev The product where a factor is infinite or NaN.
    function _productOfInfinite(uint256 a, uint256 b) private pure returns (uint256) {
        if (_unordered(a, b) || a & MAGNITUDE == 0 || b & MAGNITUDE == 0) return NAN;
        return ((a ^ b) & SIGN) | INFINITY;
    }

    function _unordered(uint256 a, uint256 b) private pure returns (bool) {
        return a & MAGNITUDE > INFINITY || b & MAGNITUDE > INFINITY;
    }

    /// @dev Ascends with the number, -0 below +0.
    function _rank(uint256 a) private pure returns (uint256) {
        return a & SIGN == 0 ? a | SIGN : a ^ 0xffffffff;
    }
}
