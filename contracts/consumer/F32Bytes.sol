// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";
import {Float32Bits} from "../libraries/Float32Bits.sol";
import {F32} from "./F32.sol";

/// @title  Integers and decimals as binary32 numbers and as the bytes that a model reads, and back
/// @notice Every conversion to binary32 gives the nearest number, ties to the even one, as a processor does; integers up to 2^24 are exact.
///         What does not fit reverts: nothing becomes infinite.
library F32Bytes {
    uint256 private constant LIMIT = 1 << 128;

    error F32Bytes_TooLarge(uint256 magnitude);
    error F32Bytes_ZeroDenominator();
    error F32Bytes_TooManyDecimals(uint256 decimals);
    error F32Bytes_NotAnInteger(F32 value);
    error F32Bytes_OutOfBuffer(uint256 index, uint256 length);

    /// @notice The number nearest to an integer.
    function fromInteger(int256 value) internal pure returns (F32) {
        return fromDecimal(value, 0);
    }

    /// @notice The number nearest to `value / 10^decimals`, so 22 with 2 decimals for 0.22.
    /// @param decimals at most 38
    function fromDecimal(int256 value, uint256 decimals) internal pure returns (F32) {
        if (decimals > 38) revert F32Bytes_TooManyDecimals(decimals);
        return fromRatio(value < 0, SignedMath.abs(value), 10 ** decimals);
    }

    /// @notice The number nearest to `numerator / denominator`, both below 2^128.
    function fromRatio(bool negative, uint256 numerator, uint256 denominator) internal pure returns (F32) {
        if (denominator == 0) revert F32Bytes_ZeroDenominator();
        if (numerator >= LIMIT) revert F32Bytes_TooLarge(numerator);
        if (denominator >= LIMIT) revert F32Bytes_TooLarge(denominator);
        if (numerator == 0) return F32.wrap(0);
        // The dividend's first bit comes to bit 249, so that the quotient has more than 120 bits; its last one says that something remained.
        uint256 shift = Float32Bits.countLeadingZeros(numerator) - 6;
        uint256 dividend = numerator << shift;
        uint256 quotient = dividend / denominator;
        if (quotient * denominator != dividend) quotient |= 1;
        uint256 magnitude = Float32Bits.pack(0, 150 - int256(shift), quotient);
        if (magnitude == Float32Bits.INFINITY) revert F32Bytes_TooLarge(numerator);
        return F32.wrap(uint32(negative && magnitude != 0 ? magnitude | Float32Bits.SIGN : magnitude));
    }

    /// @notice The integer that a number is; reverts for fractions, infinities and NaN.
    function toInteger(F32 value) internal pure returns (int256) {
        if (!value.isFinite()) revert F32Bytes_NotAnInteger(value);
        (int256 exponent, uint256 significand) = Float32Bits.unpack(value.bits() & uint32(Float32Bits.MAGNITUDE));
        if (exponent >= 150) significand <<= uint256(exponent - 150);
        uint256 shift = exponent < 150 ? uint256(150 - exponent) : 0;
        uint256 magnitude = significand >> shift;
        if (magnitude << shift != significand) revert F32Bytes_NotAnInteger(value);
        return value.isNegative() ? -int256(magnitude) : int256(magnitude);
    }

    /// @notice All numbers' bytes one after the other, each little-endian: an input of type `f32`.
    function encode(F32[] memory values) internal pure returns (bytes memory data) {
        data = new bytes(4 * values.length);
        for (uint256 i = 0; i < values.length; ++i) {
            write(data, i, values[i]);
        }
    }

    /// @notice Writes element `index` of an input of type `f32`.
    function write(bytes memory data, uint256 index, F32 value) internal pure {
        writeWord(data, index, value.bits());
    }

    /// @notice Writes 32 bits little-endian as element `index`, for inputs of type `i32` too: `uint32(x)` of an `int32` keeps its bits.
    function writeWord(bytes memory data, uint256 index, uint32 word) internal pure {
        if (index >= data.length / 4) revert F32Bytes_OutOfBuffer(index, data.length);
        for (uint256 i = 0; i < 4; ++i) {
            data[4 * index + i] = bytes1(uint8(word >> (8 * i)));
        }
    }
}
