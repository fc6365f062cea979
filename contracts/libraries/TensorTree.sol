// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Merkle} from "./Merkle.sol";

/// @title Roots of whole trees, SPEC section 2
/// @dev   Hashes level by level in place with the SHA-256 precompile; a failing precompile call can only be out of gas.
library TensorTree {
    /// @notice Root over `2^n` given nodes.
    function rootOfNodes(bytes32[] calldata nodes) internal view returns (bytes32) {
        return _root(_copy(nodes, nodes.length), nodes.length);
    }

    /// @notice Root over a list, padded with zero words to a power of two.
    function rootOfList(bytes32[] calldata list) internal view returns (bytes32) {
        uint256 width = 1 << Merkle.depthOf(list.length);
        return _root(_copy(list, width), width);
    }

    /// @notice Tensor root of a buffer's bytes, zero-padded to words and to a power of two.
    function rootOfBytes(bytes calldata data) internal view returns (bytes32) {
        uint256 width = 1 << Merkle.depthOf((data.length + 31) / 32);
        uint256 memory_;
        assembly ("memory-safe") {
            memory_ := mload(0x40)
            mstore(0x40, add(memory_, mul(width, 32)))
            calldatacopy(memory_, calldatasize(), mul(width, 32))
            calldatacopy(memory_, data.offset, data.length)
        }
        return _root(memory_, width);
    }

    function _copy(bytes32[] calldata list, uint256 width) private pure returns (uint256 memory_) {
        assembly ("memory-safe") {
            memory_ := mload(0x40)
            mstore(0x40, add(memory_, mul(width, 32)))
            calldatacopy(memory_, calldatasize(), mul(width, 32))
            calldatacopy(memory_, list.offset, mul(list.length, 32))
        }
    }

    /// @dev `width` words from `offset`, a power of two; overwrites them.
    function _root(uint256 offset, uint256 width) private view returns (bytes32 root) {
        assembly ("memory-safe") {
            for { } gt(width, 1) { width := shr(1, width) } {
                let end := add(offset, mul(width, 32))
                let target := offset
                for { let source := offset } lt(source, end) { source := add(source, 64) } {
                    if iszero(staticcall(gas(), 2, source, 64, target, 32)) { revert(0, 0) }
                    target := add(target, 32)
                }
            }
            root := mload(offset)
        }
    }
}
