// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Float32Bits} from "../libraries/Float32Bits.sol";
import {F32} from "./F32.sol";

/// @title  binary32 numbers as fixed-point integers
/// @notice `x * 10^decimals`, rounded as the caller says. State the direction that harms the contract least: a probability of default up, a limit down.
library F32Fixed {
    error F32Fixed_NotFinite(F32 value);
    error F32Fixed_TooManyDecimals(uint256 decimals);

    /// @param decimals at most 38
    /// @param rounding `Floor` towards minus infinity, `Ceil` towards infinity, `Trunc` towards zero, `Expand` away from zero
    /// @return value exact if the product is whole; its magnitude is below 2^255
    function toFixed(F32 x, uint256 decimals, Math.Rounding rounding) internal pure returns (int256 value) {
        (uint256 whole, uint256 rest,) = _split(x, decimals);
        bool up = rounding == Math.Rounding.Expand || (rounding == Math.Rounding.Ceil && !x.isNegative())
            || (rounding == Math.Rounding.Floor && x.isNegative());
        if (rest != 0 && up) ++whole;
        return x.isNegative() ? -int256(whole) : int256(whole);
    }

    /// @notice The nearest fixed-point number; of two equally near ones the even one.
    function toNearest(F32 x, uint256 decimals) internal pure returns (int256 value) {
        (uint256 whole, uint256 rest, uint256 half) = _split(x, decimals);
        if (rest > half || (rest == half && half != 0 && whole & 1 == 1)) ++whole;
        return x.isNegative() ? -int256(whole) : int256(whole);
    }

    /// @dev |x| * 10^decimals as its whole part and the rest in units of which `2 * half` make one; `half` is 0 where nothing can remain.
    function _split(F32 x, uint256 decimals) private pure returns (uint256 whole, uint256 rest, uint256 half) {
        if (!x.isFinite()) revert F32Fixed_NotFinite(x);
        if (decimals > 38) revert F32Fixed_TooManyDecimals(decimals);
        (int256 exponent, uint256 product) = Float32Bits.unpack(x.bits() & uint32(Float32Bits.MAGNITUDE));
        product *= 10 ** decimals;
        if (exponent >= 150) return (product << uint256(exponent - 150), 0, 0);
        uint256 shift = uint256(150 - exponent);
        whole = product >> shift;
        rest = product - (whole << shift);
        half = 1 << (shift - 1);
    }
}
