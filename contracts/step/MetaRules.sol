// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {INDEX_BOUND, MAX_SEGMENT} from "./Rule.sol";

/// @notice How many buffers a program has, and the root of the tree over their leaves.
struct Buffers {
    bytes32 root;
    uint256 inputs;
    uint256 constants;
    uint256 kernels;
}

/// @title  Rules on the metas of buffers, SPEC sections 3 and 5; twin of models/ir/check-meta.ts
/// @dev    Nothing about a meta is believed: any 32 bytes give an answer.
library MetaRules {
    uint256 private constant INPUT = 1;
    uint256 private constant CONSTANT = 2;
    uint256 private constant KERNEL = 3;
    /// @dev Byte 3 and bytes 20 to 31 are zero in every meta.
    uint256 private constant RESERVED = 0x000000ff00000000000000000000000000000000ffffffffffffffffffffffff;
    /// @dev Bytes 2 to 3 and 8 to 31, zero for inputs and constants.
    uint256 private constant PLACE = 0x0000ffff00000000ffffffffffffffffffffffffffffffffffffffffffffffff;

    function kind(bytes32 meta) internal pure returns (uint256) {
        return uint256(meta) >> 248;
    }

    function storeType(bytes32 meta) internal pure returns (uint256) {
        return uint8(meta[1]);
    }

    function committed(bytes32 meta) internal pure returns (uint256) {
        return uint8(meta[2]);
    }

    function count(bytes32 meta) internal pure returns (uint256) {
        return uint32(uint256(meta) >> 192);
    }

    function first(bytes32 meta) internal pure returns (uint256) {
        return uint32(uint256(meta) >> 160);
    }

    function length(bytes32 meta) internal pure returns (uint256) {
        return uint32(uint256(meta) >> 128);
    }

    function blocks(bytes32 meta) internal pure returns (uint256) {
        return uint32(uint256(meta) >> 96);
    }

    /// @notice Whether this can be the meta of kernel `kernel`, whatever its descriptor says.
    function isPlace(bytes32 meta, uint256 kernel, uint256 kernels) internal pure returns (bool) {
        uint256 start = first(meta);
        uint256 end = start + length(meta);
        return uint256(meta) & RESERVED == 0 && kind(meta) == KERNEL && committed(meta) <= 1 && start <= kernel
            && kernel < end && length(meta) <= MAX_SEGMENT && end <= kernels;
    }

    /// @notice Whether the segments of kernel `kernel` and of the one before it follow each other, or are the same.
    function follows(bytes32 meta, bytes32 before, uint256 kernel) internal pure returns (bool) {
        if (first(meta) == kernel) return first(before) + length(before) == kernel;
        return sameSegment(meta, before);
    }

    function sameSegment(bytes32 a, bytes32 b) internal pure returns (bool) {
        return first(a) == first(b) && length(a) == length(b);
    }

    /// @notice Whether this can be the meta of buffer `buffer`, so that a kernel may load from it.
    function isOperand(bytes32 meta, uint256 buffer, Buffers memory buffers) internal pure returns (bool) {
        if (count(meta) == 0 || count(meta) >= INDEX_BOUND) return false;
        uint256 fixedBuffers = buffers.inputs + buffers.constants;
        if (buffer >= fixedBuffers) return storeType(meta) <= 3 && isPlace(meta, buffer - fixedBuffers, buffers.kernels);
        uint256 expected = buffer < buffers.inputs ? INPUT : CONSTANT;
        return uint256(meta) & PLACE == 0 && kind(meta) == expected && storeType(meta) <= 4;
    }

    /// @notice Whether the buffer is a kernel's that no trace leaf commits to.
    function isInterior(bytes32 meta) internal pure returns (bool) {
        return kind(meta) == KERNEL && committed(meta) == 0;
    }
}
