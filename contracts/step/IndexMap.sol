// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Walk} from "./Walk.sol";

/// @title Coordinates and addresses of a walk, SPEC section 4
library IndexMap {
    /// @notice Moves on to the next term, of which there must be one.
    function advance(Walk memory walk, uint256[] memory extents) internal pure {
        uint256[] memory variables = walk.variables;
        int256[] memory state = walk.state;
        uint256 last = walk.last;
        uint256 delta = walk.inner;
        uint256 end = walk.moving;
        assembly ("memory-safe") {
            let grown := add(mload(add(variables, last)), 1)
            for { } eq(grown, mload(add(extents, last))) { } {
                mstore(add(variables, last), 0)
                last := sub(last, 32)
                delta := sub(delta, 32)
                grown := add(mload(add(variables, last)), 1)
            }
            mstore(add(variables, last), grown)
            delta := sub(mload(delta), state)
            end := add(state, shl(5, end))
            // Two places at a time; a place beyond has a step of zero.
            for { } lt(state, end) { } {
                state := add(state, 32)
                mstore(state, add(mload(state), mload(add(state, delta))))
                state := add(state, 32)
                mstore(state, add(mload(state), mload(add(state, delta))))
            }
        }
    }

    /// @notice Takes all terms up to the next change of another coordinate than the innermost: before `advance`, addresses are to be moved by
    ///         `innerStep` for each but the first. Returns their number.
    function takeInner(Walk memory walk, uint256[] memory extents) internal pure returns (uint256 count) {
        uint256[] memory variables = walk.variables;
        uint256 last = walk.last;
        assembly ("memory-safe") {
            let extent := mload(add(extents, last))
            count := sub(extent, mload(add(variables, last)))
            mstore(add(variables, last), sub(extent, 1))
        }
    }

    /// @notice What the innermost coordinate's growth adds at a place that `add` returned; negative ones wrap.
    function innerStep(Walk memory walk, uint256 pointer) internal pure returns (uint256 delta) {
        int256[] memory state = walk.state;
        uint256 inner = walk.inner;
        assembly ("memory-safe") {
            delta := mload(add(mload(inner), sub(pointer, state)))
        }
    }

    /// @notice Whether one of the `guards` coordinates after `pointer` depends on the innermost one.
    function guardsInner(Walk memory walk, uint256 pointer, uint256 guards) internal pure returns (bool) {
        for (; guards > 0; --guards) {
            if (innerStep(walk, pointer + 32 * guards) != 0) return true;
        }
        return false;
    }

    function move(uint256 pointer, uint256 delta) internal pure {
        assembly ("memory-safe") {
            mstore(pointer, add(mload(pointer), delta))
        }
    }

    /// @notice The address at a place that `add` returned; meaningful where the coordinates are in range.
    function addressAt(uint256 pointer) internal pure returns (uint256 element) {
        assembly ("memory-safe") {
            element := mload(pointer)
        }
    }

    /// @notice Whether the `guards` coordinates after `pointer` lie on their axes.
    function inRange(Walk memory walk, uint256 pointer, uint256 guards) internal pure returns (bool inside) {
        int256[] memory state = walk.state;
        uint256[] memory extents = walk.extents;
        assembly ("memory-safe") {
            inside := 1
            let distance := sub(extents, state)
            let p := add(pointer, 32)
            for { let end := add(p, shl(5, guards)) } lt(p, end) { p := add(p, 32) } {
                inside := and(inside, lt(mload(p), mload(add(p, distance)))) // a negative coordinate is huge
            }
        }
    }
}
