// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TAG_BUFFER} from "./Tags.sol";

/// @title  Binary SHA-256 trees, SPEC sections 2 and 3
/// @dev    Every call to the precompile is checked: with too little gas it fails and would leave stale memory behind.
library Merkle {
    /// @notice `H(left || right)`
    function hashPair(bytes32 left, bytes32 right) internal view returns (bytes32 node) {
        assembly ("memory-safe") {
            mstore(0x00, left)
            mstore(0x20, right)
            if iszero(staticcall(gas(), 2, 0x00, 0x40, 0x00, 0x20)) { revert(0, 0) }
            node := mload(0x00)
        }
    }

    /// @notice The root above `leaf`, with one sibling a level, bottom up.
    /// @param  index bit `i` set: the node at level `i` is a right child. Bits past `siblings.length` are NOT looked at:
    ///         compare depth and index with the tree first, or use `contains`.
    function rootOf(bytes32 leaf, uint256 index, bytes32[] calldata siblings) internal view returns (bytes32 root) {
        assembly ("memory-safe") {
            // A left child lies in word 0 and its sibling in word 1, a right child the other way round. Each hash is written to where the
            // next level wants it.
            let side := shl(5, and(index, 1))
            mstore(side, leaf)
            let done := 1
            let end := add(siblings.offset, shl(5, siblings.length))
            for { let at := siblings.offset } lt(at, end) { at := add(at, 0x20) } {
                mstore(xor(side, 0x20), calldataload(at))
                index := shr(1, index)
                side := shl(5, and(index, 1))
                done := and(done, staticcall(gas(), 2, 0x00, 0x40, side, 0x20))
            }
            if iszero(done) { revert(0, 0) }
            root := mload(side)
        }
    }

    /// @notice Whether `leaf` is leaf `index` of the tree over `count` leaves, padded to a power of two, whose root is `root`.
    /// @dev    Binds index and depth: a path that is too short or too long, or an index past the last leaf, is refused.
    function contains(bytes32 root, uint256 count, uint256 index, bytes32 leaf, bytes32[] calldata siblings)
        internal
        view
        returns (bool)
    {
        return index < count && siblings.length == depthOf(count) && rootOf(leaf, index, siblings) == root;
    }

    /// @notice `H(TAG(buffer) || meta || body)`
    function bufferLeaf(bytes32 meta, bytes32 body) internal view returns (bytes32 leaf) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, TAG_BUFFER)
            mstore(add(free, 0x20), meta)
            mstore(add(free, 0x40), body)
            if iszero(staticcall(gas(), 2, free, 0x60, 0x00, 0x20)) { revert(0, 0) }
            leaf := mload(0x00)
        }
    }

    /// @notice `ceil(log2(count))`, the depth of a tree over `count` leaves; `count` must not be 0.
    function depthOf(uint256 count) internal pure returns (uint256 depth) {
        uint256 last = count - 1;
        assembly ("memory-safe") {
            depth := sub(256, clz(last))
        }
    }
}
