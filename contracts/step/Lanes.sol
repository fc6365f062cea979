// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Float32} from "../libraries/Float32.sol";

/// @title  Elements of a word, widened to eight lanes of 32 bits, SPEC sections 1 and 2
/// @notice Lane 0 lies at the high end. All elements of a word are handled at once, so that reading one costs a shift.
library Lanes {
    uint256 private constant F32 = 0;
    uint256 private constant I8 = 2;
    uint256 private constant F16 = 4;
    /// @dev The lowest bit of each lane.
    uint256 private constant ONES = 0x0000000100000001000000010000000100000001000000010000000100000001;
    uint256 private constant BYTES = 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff;
    uint256 private constant PAIRS = 0x0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff;
    uint256 private constant QUARTERS = 0x00000000ffffffff00000000ffffffff00000000ffffffff00000000ffffffff;
    uint256 private constant HALVES = 0x0000000000000000ffffffffffffffff0000000000000000ffffffffffffffff;

    /// @notice How often a type's size goes into four bytes, as a power of two.
    function narrowness(uint256 storeType) internal pure returns (uint256) {
        return storeType < I8 ? 0 : storeType == F16 ? 1 : 2;
    }

    /// @notice The values of the eight elements of number `8 * part` on in a word; an `f32` NaN is the only one.
    function widen(uint256 word, uint256 part, uint256 storeType) internal pure returns (uint256) {
        unchecked {
            if (storeType < I8) {
                word = ((word >> 8) & BYTES) | ((word & BYTES) << 8);
                word = ((word >> 16) & PAIRS) | ((word & PAIRS) << 16);
                return storeType == F32 ? _canonical(word) : word;
            }
            if (storeType == F16) {
                word = (word << (part << 7)) >> 128;
                word = (word | word << 64) & HALVES;
                word = (word | word << 32) & QUARTERS;
                word = (word | word << 16) & PAIRS;
                return _fromHalves(((word >> 8) & BYTES) | ((word & BYTES) << 8));
            }
            word = (word << (part << 6)) >> 192;
            word = (word | word << 96) & (QUARTERS & HALVES);
            word = (word | word << 48) & (PAIRS & QUARTERS);
            word = (word | word << 24) & (ONES * 0xff);
            return storeType == I8 ? word | ((word >> 7) & ONES) * 0xffffff00 : word;
        }
    }

    /// @dev `Float32.canonical` of all lanes.
    function _canonical(uint256 word) private pure returns (uint256) {
        unchecked {
            // A magnitude above infinity, and no other, reaches the sign bit with this added.
            uint256 nans = (((word & ~(ONES << 31)) + ONES * 0x7fffff) >> 31) & ONES;
            if (nans == 0) return word;
            return (word & ~(nans * 0xffffffff)) | (nans * 0x7fc00000);
        }
    }

    /// @dev `Float32.fromHalf` of all lanes: at once where all are normal numbers, whose exponent fields are neither 0 nor 31.
    function _fromHalves(uint256 halves) private pure returns (uint256 word) {
        unchecked {
            uint256 fields = (halves & (ONES * 0x7c00)) + ONES * 0x0400;
            // Of one more than each field, 31 sets bit 15; with 2 less, 0 sets bit 31.
            bool normal = fields & (ONES << 15) == 0 && ((fields - ONES * 0x0800) & (ONES << 31)) == 0;
            if (normal) return ((halves & (ONES << 15)) << 16) | (((halves & (ONES * 0x7fff)) << 13) + ONES * (112 << 23));
            for (uint256 lane = 256; lane > 0;) {
                lane -= 32;
                word |= Float32.fromHalf((halves >> lane) & 0xffff) << lane;
            }
        }
    }
}
