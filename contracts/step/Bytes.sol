// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title  Big-endian fields of calldata bytes
/// @dev    No bounds are checked: past the end of the calldata there are zeros. Ask `has` first.
library Bytes {
    /// @notice Whether `size` bytes lie at `cursor`.
    function has(bytes calldata data, uint256 cursor, uint256 size) internal pure returns (bool) {
        return cursor + size <= data.length;
    }

    function u8(bytes calldata data, uint256 cursor) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(248, calldataload(add(data.offset, cursor)))
        }
    }

    function u16(bytes calldata data, uint256 cursor) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(240, calldataload(add(data.offset, cursor)))
        }
    }

    function u32(bytes calldata data, uint256 cursor) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(224, calldataload(add(data.offset, cursor)))
        }
    }

    function i32(bytes calldata data, uint256 cursor) internal pure returns (int256 value) {
        assembly ("memory-safe") {
            value := sar(224, calldataload(add(data.offset, cursor)))
        }
    }
}
