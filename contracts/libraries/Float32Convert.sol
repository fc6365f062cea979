// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Float32Bits} from "./Float32Bits.sol";

/// @title  binary32 from and to other formats
library Float32Convert {
    uint256 private constant SIGN = Float32Bits.SIGN;

    /// @notice The 32-bit integer of a number: truncates, saturates, NaN gives 0.
    function toInt(uint256 a) internal pure returns (uint256) {
        unchecked {
            uint256 e = (a >> 23) & 0xff;
            if (e < 127) return 0;
            if (e > 157) {
                if (a & Float32Bits.MAGNITUDE > Float32Bits.INFINITY) return 0;
                return a & SIGN == 0 ? 0x7fffffff : 0x80000000;
            }
            uint256 m = (a & Float32Bits.FRACTION) | Float32Bits.HIDDEN;
            m = e > 150 ? m << (e - 150) : m >> (150 - e);
            return a & SIGN == 0 ? m : 0x100000000 - m;
        }
    }

    /// @notice The number nearest to a 32-bit integer, ties to even.
    function fromInt(uint256 a) internal pure returns (uint256) {
        unchecked {
            if (a == 0) return 0;
            return a & SIGN == 0 ? Float32Bits.pack(0, 150, a) : Float32Bits.pack(SIGN, 150, 0x100000000 - a);
        }
    }

    /// @notice The number that equals the binary16 number of these 16 bits; exact.
    function fromHalf(uint256 half) internal pure returns (uint256) {
        unchecked {
            uint256 sign = (half & 0x8000) << 16;
            uint256 e = (half >> 10) & 31;
            uint256 fraction = half & 1023;
            if (e == 31) return fraction == 0 ? sign | Float32Bits.INFINITY : Float32Bits.NAN;
            if (e != 0) return sign | ((e + 112) << 23) | (fraction << 13);
            if (fraction == 0) return sign;
            // The first bit, of 2^-24 times 1 to 512, becomes the hidden one.
            uint256 first = 255 - Float32Bits.countLeadingZeros(fraction);
            return sign | ((first + 103) << 23) | ((fraction << (23 - first)) & Float32Bits.FRACTION);
        }
    }
}
