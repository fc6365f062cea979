// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Float32Bits} from "./Float32Bits.sol";

/// @title  binary32 rounded to whole numbers; the sign of zero is kept
library Float32Whole {
    uint256 private constant SIGN = Float32Bits.SIGN;
    uint256 private constant ONE = Float32Bits.ONE;

    function floor(uint256 a) internal pure returns (uint256) {
        return a & SIGN == 0 ? trunc(a) : _away(a);
    }

    function ceil(uint256 a) internal pure returns (uint256) {
        return a & SIGN == 0 ? _away(a) : trunc(a);
    }

    function trunc(uint256 a) internal pure returns (uint256) {
        unchecked {
            uint256 e = (a >> 23) & 0xff;
            if (e < 127) return a & SIGN;
            if (e > 149) return Float32Bits.canonical(a);
            return a & ~_cut(e);
        }
    }

    /// @notice To the nearest whole number, ties to even.
    function nearest(uint256 a) internal pure returns (uint256) {
        unchecked {
            uint256 e = (a >> 23) & 0xff;
            if (e < 126) return a & SIGN;
            // one half itself goes to the even zero
            if (e == 126) return a & Float32Bits.FRACTION == 0 ? a & SIGN : a & SIGN | ONE;
            if (e > 149) return Float32Bits.canonical(a);
            // for e = 127 the unit is the hidden bit, and the lowest bit of the exponent field is one as well
            uint256 cut = _cut(e);
            return (a + (cut >> 1) + ((a >> (150 - e)) & 1)) & ~cut;
        }
    }

    /// @dev The next whole number away from zero.
    function _away(uint256 a) private pure returns (uint256) {
        unchecked {
            if (a & Float32Bits.MAGNITUDE == 0) return a;
            uint256 e = (a >> 23) & 0xff;
            if (e < 127) return a & SIGN | ONE;
            if (e > 149) return Float32Bits.canonical(a);
            uint256 cut = _cut(e);
            // a carry out of the fraction is the right step of the exponent
            return (a + cut) & ~cut;
        }
    }

    /// @dev Ones at the bits below the unit, for an exponent field of 127 .. 149.
    function _cut(uint256 e) private pure returns (uint256) {
        unchecked {
            return (1 << (150 - e)) - 1;
        }
    }
}
