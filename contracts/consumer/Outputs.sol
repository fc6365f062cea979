// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Float32Convert} from "../libraries/Float32Convert.sol";
import {F32} from "./F32.sol";

/// @title  Reads what a model answered
/// @notice An answer is all outputs' bytes one after the other without padding, little-endian. Take one output out with a slice:
///         `Outputs.f32(output[40:80], 3)` is element 3 of an output of ten numbers that follows one of ten numbers.
library Outputs {
    error Outputs_Length(uint256 expected, uint256 given);
    error Outputs_OutOfRange(uint256 index, uint256 elements);
    error Outputs_NoNumber();

    /// @notice Refuses an answer that is not as long as the contract expects of its model.
    function requireLength(bytes calldata output, uint256 expected) internal pure {
        if (output.length != expected) revert Outputs_Length(expected, output.length);
    }

    function f32(bytes calldata data, uint256 index) internal pure returns (F32) {
        return F32.wrap(uint32(_read(data, index, 4)));
    }

    function i32(bytes calldata data, uint256 index) internal pure returns (int32) {
        return int32(uint32(_read(data, index, 4)));
    }

    function u8(bytes calldata data, uint256 index) internal pure returns (uint8) {
        return uint8(_read(data, index, 1));
    }

    function i8(bytes calldata data, uint256 index) internal pure returns (int8) {
        return int8(uint8(_read(data, index, 1)));
    }

    /// @notice A binary16 number, widened; exact.
    function f16(bytes calldata data, uint256 index) internal pure returns (F32) {
        return F32.wrap(uint32(Float32Convert.fromHalf(_read(data, index, 2))));
    }

    /// @notice Place and value of the greatest `f32`; of equal ones the first. NaN never is the greatest; reverts when there is nothing else.
    function argmax(bytes calldata data) internal pure returns (uint256 place, F32 greatest) {
        bool found = false;
        for (uint256 i = 0; i < data.length / 4; ++i) {
            F32 x = f32(data, i);
            if (x.isNaN() || (found && !(x > greatest))) continue;
            (found, place, greatest) = (true, i, x);
        }
        if (!found) revert Outputs_NoNumber();
    }

    /// @notice The same of `i32`; reverts for no data.
    function argmaxInteger(bytes calldata data) internal pure returns (uint256 place, int32 greatest) {
        if (data.length < 4) revert Outputs_NoNumber();
        greatest = i32(data, 0);
        for (uint256 i = 1; i < data.length / 4; ++i) {
            int32 x = i32(data, i);
            if (x > greatest) (place, greatest) = (i, x);
        }
    }

    /// @dev Element `index` of `size` bytes, 1, 2 or 4, little-endian.
    function _read(bytes calldata data, uint256 index, uint256 size) private pure returns (uint256 value) {
        if (index >= data.length / size) revert Outputs_OutOfRange(index, data.length / size);
        // The element's bytes, the first one highest, and then in the other order.
        value = uint256(bytes32(data[index * size:])) >> (256 - 8 * size);
        if (size == 2) return value >> 8 | (value & 0xff) << 8;
        if (size == 4) return value >> 24 | (value >> 8 & 0xff00) | (value & 0xff00) << 8 | (value & 0xff) << 24;
    }
}
