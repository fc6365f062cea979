// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Reads a program header, SPEC section 3
/// @dev   Fields are big-endian `u32`, so a header is an array of words of four bytes.
library Header {
    uint256 internal constant VERSION = 0;
    uint256 internal constant ITERATIONS = 1;
    uint256 internal constant INPUTS = 2;
    uint256 internal constant CONSTANTS = 3;
    uint256 internal constant KERNELS = 4;
    uint256 internal constant OUTPUTS = 5;
    uint256 internal constant FIRST_INPUT = 6;

    error Header_TooShort(uint256 field);

    /// @notice Field number `offset`.
    function field(bytes memory header, uint256 offset) internal pure returns (uint256 value) {
        if ((offset + 1) * 4 > header.length) revert Header_TooShort(offset);
        assembly ("memory-safe") {
            value := shr(224, mload(add(add(header, 32), mul(offset, 4))))
        }
    }

    /// @notice Index of the first field of output 0; each output has kernel, type, count.
    function firstOutput(bytes memory header) internal pure returns (uint256) {
        return FIRST_INPUT + 2 * field(header, INPUTS);
    }

    /// @notice Index of the field that counts the claim kernels, which follow it.
    function claimCount(bytes memory header) internal pure returns (uint256) {
        return firstOutput(header) + 3 * field(header, OUTPUTS);
    }

    /// @notice Bytes of one element of a store type; 0 for an unknown one.
    function sizeOf(uint256 storeType) internal pure returns (uint256) {
        return storeType < 2 ? 4 : storeType == 4 ? 2 : storeType < 4 ? 1 : 0;
    }
}
