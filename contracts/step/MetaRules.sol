// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LibMeta, Meta} from "../types/Meta.sol";
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
    /// @dev Byte 3 and bytes 20 to 31 are zero in every meta.
    uint256 private constant RESERVED = 0x000000ff00000000000000000000000000000000ffffffffffffffffffffffff;
    /// @dev Bytes 2 to 3 and 8 to 31 are zero for inputs and constants.
    uint256 private constant PLACE = 0x0000ffff00000000ffffffffffffffffffffffffffffffffffffffffffffffff;
    /// @dev Byte 2 is 0 or 1.
    uint256 private constant NOT_COMMITTED = 0x0000fe0000000000000000000000000000000000000000000000000000000000;

    /// @notice Whether this can be the meta of kernel `kernel`, whatever its descriptor says.
    function isPlace(Meta meta, uint256 kernel, uint256 kernels) internal pure returns (bool) {
        uint256 start = meta.first();
        uint256 end = start + meta.length();
        return _bits(meta) & (RESERVED | NOT_COMMITTED) == 0 && meta.kind() == LibMeta.KERNEL && start <= kernel
            && kernel < end && meta.length() <= MAX_SEGMENT && end <= kernels;
    }

    /// @notice Whether the segments of kernel `kernel` and of the one before it follow each other, or are the same.
    function follows(Meta meta, Meta before, uint256 kernel) internal pure returns (bool) {
        if (meta.first() == kernel) return before.first() + before.length() == kernel;
        return sameSegment(meta, before);
    }

    function sameSegment(Meta a, Meta b) internal pure returns (bool) {
        return a.first() == b.first() && a.length() == b.length();
    }

    /// @notice Whether this can be the meta of buffer `buffer`, so that a kernel may load from it.
    function isOperand(Meta meta, uint256 buffer, Buffers memory buffers) internal pure returns (bool) {
        if (meta.count() == 0 || meta.count() >= INDEX_BOUND) return false;
        uint256 givenBuffers = buffers.inputs + buffers.constants;
        if (buffer >= givenBuffers) return meta.storeType() <= 3 && isPlace(meta, buffer - givenBuffers, buffers.kernels);
        uint256 kind = buffer < buffers.inputs ? LibMeta.INPUT : LibMeta.CONSTANT;
        return _bits(meta) & PLACE == 0 && meta.kind() == kind && meta.storeType() <= 4;
    }

    /// @notice Whether the buffer is a kernel's that no trace leaf commits to.
    function isInterior(Meta meta) internal pure returns (bool) {
        return meta.kind() == LibMeta.KERNEL && !meta.committed();
    }

    /// @notice Whether a value of this buffer is an f32 once it is loaded.
    function isFloat(Meta meta) internal pure returns (bool) {
        return meta.storeType() == 0 || meta.storeType() == 4;
    }

    function _bits(Meta meta) private pure returns (uint256) {
        return uint256(Meta.unwrap(meta));
    }
}
