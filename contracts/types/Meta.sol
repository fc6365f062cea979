// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Merkle} from "../libraries/Merkle.sol";

/// @notice Facts about one buffer of a program, SPEC section 3.
///
///  byte   0     1     2          3   4..7   8..11  12..15  16..19  20..31
///         kind  type  committed  0   count  first  length  blocks  0
type Meta is bytes32;

using LibMeta for Meta global;

library LibMeta {
    uint256 internal constant INPUT = 1;
    uint256 internal constant CONSTANT = 2;
    uint256 internal constant KERNEL = 3;

    error Meta_UnknownType(uint256 storeType);

    function kind(Meta meta) internal pure returns (uint256) {
        return uint8(Meta.unwrap(meta)[0]);
    }

    function storeType(Meta meta) internal pure returns (uint256) {
        return uint8(Meta.unwrap(meta)[1]);
    }

    function committed(Meta meta) internal pure returns (bool) {
        return Meta.unwrap(meta)[2] == 0x01;
    }

    function count(Meta meta) internal pure returns (uint256) {
        return _field(meta, 4);
    }

    function first(Meta meta) internal pure returns (uint256) {
        return _field(meta, 8);
    }

    function length(Meta meta) internal pure returns (uint256) {
        return _field(meta, 12);
    }

    function blocks(Meta meta) internal pure returns (uint256) {
        return _field(meta, 16);
    }

    /// @notice Bytes of one element: 4, 4, 1, 1, 2 for f32, i32, i8, u8, f16.
    function elementSize(Meta meta) internal pure returns (uint256) {
        uint256 code = storeType(meta);
        if (code > 4) revert Meta_UnknownType(code);
        return code < 2 ? 4 : code == 4 ? 2 : 1;
    }

    /// @notice Depth of the buffer's tensor tree: `ceil(log2(words))`.
    function tensorDepth(Meta meta) internal pure returns (uint256) {
        return Merkle.depthOf((count(meta) * elementSize(meta) + 31) / 32);
    }

    function _field(Meta meta, uint256 offset) private pure returns (uint256) {
        return uint32(uint256(Meta.unwrap(meta)) >> (224 - 8 * offset));
    }
}
