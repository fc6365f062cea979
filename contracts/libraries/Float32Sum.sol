// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Float32} from "./Float32.sol";
import {Float32Bits} from "./Float32Bits.sol";

/// @title  A sum of products of binary32 numbers, each product and each sum rounded
/// @notice The same numbers as `total = add(total, mul(a, b))` from a total of +0, for less than half of the gas: the total stays unpacked.
/// @dev    A total is `m * 2^(e - 150)`, `m` signed, of at most 24 bits (or 2^24), `e` in 1 .. 254. It is never -0, for it starts at +0. With
///         `e = SPECIAL`, `m` has the bits of an infinity or NaN, which no further term makes finite.
library Float32Sum {
    uint256 private constant SPECIAL = 0xffffffff;
    uint256 private constant NAN = 0x7fc00000;
    uint256 private constant INFINITY = 0x7f800000;
    uint256 private constant SIGN = 0x80000000;
    uint256 private constant MAGNITUDE = 0x7fffffff;
    uint256 private constant FRACTION = 0x7fffff;

    /// @notice The total's bits.
    function bitsOf(uint256 m, uint256 e) internal pure returns (uint256) {
        unchecked {
            if (e == SPECIAL || m == 0) return m;
            return m >> 255 == 0 ? Float32Bits.pack(0, int256(e), m) : Float32Bits.pack(SIGN, int256(e), 0 - m);
        }
    }

    /// @notice The total `m`, `e` and `count` products, one after the other.
    /// @param a the first factor at its high end, below it the next, if `left` is 32; all factors are the first if it is 0
    /// @param b the other factors, likewise with `right`
    function addProducts(uint256 m, uint256 e, uint256 a, uint256 left, uint256 b, uint256 right, uint256 count)
        internal
        pure
        returns (uint256, uint256)
    {
        unchecked {
            while (count > 0) {
                if (e != SPECIAL) (m, e, a, b, count) = _addFinite(m, e, a, left, b, right, count);
                if (count == 0) break;
                uint256 product = Float32.mul(a >> 224, b >> 224);
                (m, e) = e == SPECIAL ? (_addToSpecial(m, product), e) : _settle(m, e, product);
                (a, b, count) = (a << left, b << right, count - 1);
            }
        }
        return (m, e);
    }

    /// @dev Goes on until none is left, or to the first term that gives an infinity or NaN: then `m` and `e` are the sum, if the product is finite.
    function _addFinite(uint256 m, uint256 e, uint256 a, uint256 left, uint256 b, uint256 right, uint256 count)
        private
        pure
        returns (uint256, uint256, uint256, uint256, uint256)
    {
        assembly ("memory-safe") {
            for { } count { count := sub(count, 1) } {
                let f := and(shr(247, a), 0xff)
                let g := and(shr(247, b), 0xff)
                let p := mul(or(and(shr(224, a), FRACTION), shl(23, gt(f, 0))), or(and(shr(160, b), shl(64, FRACTION)), shl(87, gt(g, 0))))
                let special := or(gt(f, 254), gt(g, 254))
                if p {
                    // The product is p * 2^(f - 364), then p * 2^(f - 150), rounded to 24 bits, or fewer so that f is at least 1.
                    f := add(add(f, iszero(f)), add(g, iszero(g)))
                    let cut := sub(232, clz(p))
                    g := sub(215, f)
                    if slt(cut, g) { cut := g }
                    p := shr(cut, add(add(p, sub(shl(sub(cut, 1), 1), 1)), and(shr(cut, p), 1)))
                    f := add(f, sub(cut, 214))
                    special := or(special, gt(add(f, shr(24, p)), 254))
                    p := mul(p, or(sar(255, xor(a, b)), 1))
                    g := sub(e, f)
                    switch gt(add(g, 200), 400)
                    case 0 {
                        // Exactly, in units of the lesser exponent; then rounded to 24 bits. Nothing is cut off below 2^-149.
                        let least := add(f, and(g, sar(255, g)))
                        m := add(shl(sub(e, least), m), shl(sub(f, least), p))
                        e := least
                        cut := sub(232, clz(xor(m, sar(255, m))))
                        if sgt(cut, 0) {
                            m := sar(cut, add(add(m, sub(shl(sub(cut, 1), 1), 1)), and(sar(cut, m), 1)))
                            e := add(e, cut)
                        }
                    }
                    default {
                        // One is nothing beside the other.
                        if or(iszero(m), and(slt(g, 0), gt(p, 0))) {
                            m := p
                            e := f
                        }
                    }
                }
                if or(special, gt(add(e, shr(48, mul(m, m))), 254)) { break }
                a := shl(left, a)
                b := shl(right, b)
            }
        }
        return (m, e, a, b, count);
    }

    /// @dev The total after a product that may be infinite or NaN, where `m` and `e` are the sum if it is finite.
    function _settle(uint256 m, uint256 e, uint256 product) private pure returns (uint256, uint256) {
        return (product & MAGNITUDE >= INFINITY ? product : bitsOf(m, e), SPECIAL);
    }

    function _addToSpecial(uint256 total, uint256 product) private pure returns (uint256) {
        return product & MAGNITUDE < INFINITY || product == total ? total : NAN;
    }
}
