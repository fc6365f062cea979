// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Elements inside a word of 32 bytes, SPEC section 2
library Lane {
    /// @notice Element `lane` of `size` bytes (1, 2 or 4), little-endian, zero-extended.
    function read(bytes32 word, uint256 lane, uint256 size) internal pure returns (uint32 value) {
        uint256 bytes_ = uint256(word << (lane * size * 8)) >> (256 - size * 8);
        for (uint256 i = 0; i < size; ++i) {
            value = (value << 8) | uint32(bytes_ & 0xff);
            bytes_ >>= 8;
        }
    }
}
