// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice A node of a binary tree: `2^depth + index` at that depth; the root is 1.
type Position is uint64;

using LibPosition for Position global;

Position constant ROOT = Position.wrap(1);

library LibPosition {
    function depth(Position position) internal pure returns (uint256 d) {
        uint256 p = Position.unwrap(position);
        assembly ("memory-safe") {
            d := sub(255, clz(p))
        }
    }

    /// @notice Index of the node among those of its depth.
    function index(Position position) internal pure returns (uint256) {
        return Position.unwrap(position) - (uint256(1) << position.depth());
    }

    /// @notice Descendant number `child` of those `levels` below.
    function descendant(Position position, uint256 levels, uint256 child) internal pure returns (Position) {
        return Position.wrap(uint64((uint256(Position.unwrap(position)) << levels) | child));
    }
}
