// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Axis, Kernel, Load} from "./KernelDecoder.sol";

/// @notice Where all loads of a kernel stand: for each load its address, then its coordinates on the guarded axes, those that some term may
///         leave. An indexed axis has no part in it: what it adds to the address depends on values, see `Reading`. Loads that depend on reduce coordinates lie at the front, so that a term's step is one short vector addition.
/// @param variables the iteration variables
/// @param state     addresses and coordinates
/// @param extents   of the guarded axes, at the places of their coordinates
/// @param steps     for each reduce coordinate, what is added to `state` when that one grows by one and all after it return to zero
/// @param moving    length of the part that depends on reduce coordinates
/// @param free      end of the unused part between that and the loads that do not
/// @param last      distance of the innermost variable from `variables`, in memory
/// @param inner     place of its step in `steps`
struct Walk {
    uint256[] variables;
    int256[] state;
    uint256[] extents;
    int256[][] steps;
    uint256 moving;
    uint256 free;
    uint256 last;
    uint256 inner;
}

/// @title The begin of a walk over the terms of an element, SPEC section 4; `IndexMap` goes on
library Walks {
    /// @notice A walk at term `term` of element `element`, with no loads yet.
    function start(Kernel memory kernel, uint256 element, uint256 term) internal pure returns (Walk memory walk) {
        unchecked {
            uint256 rank = kernel.extents.length;
            uint256 places = kernel.loads.length + 1; // `advance` may touch one more than it needs
            for (uint256 i; i < kernel.loads.length; ++i) {
                places += kernel.loads[i].axes.length;
            }
            walk.variables = new uint256[](rank);
            walk.state = new int256[](places);
            walk.extents = new uint256[](places);
            int256[][] memory steps = new int256[][](rank - kernel.outputRank);
            for (uint256 r; r < steps.length; ++r) {
                steps[r] = new int256[](places);
            }
            walk.steps = steps;
            walk.free = places;
            walk.last = 32 * rank;
            uint256 inner = 32 * steps.length;
            assembly ("memory-safe") {
                inner := add(steps, inner)
            }
            walk.inner = inner;
            _unravel(walk.variables, kernel.extents, 0, kernel.outputRank, element);
            _unravel(walk.variables, kernel.extents, kernel.outputRank, rank, term);
        }
    }

    /// @notice Adds a load; returns the memory pointer to its address, after which its `guards` coordinates follow.
    function add(Walk memory walk, Kernel memory kernel, Load memory load) internal pure returns (uint256 pointer, uint256 guards) {
        unchecked {
            bool moves;
            uint256 axes = load.axes.length;
            int256[] memory coordinates = new int256[](axes);
            bool[] memory guarded = new bool[](axes);
            for (uint256 i; i < axes; ++i) {
                bool depends;
                (coordinates[i], guarded[i], depends) = _coordinate(kernel, load.axes[i], walk.variables);
                if (guarded[i]) ++guards;
                if (depends) moves = true;
            }
            uint256 place = moves ? walk.moving : walk.free - 1 - guards;
            if (moves) walk.moving += 1 + guards;
            else walk.free = place;
            uint256 next = place;
            walk.state[place] = load.base;
            for (uint256 i; i < axes; ++i) {
                Axis memory axis = load.axes[i];
                walk.state[place] += axis.stride * coordinates[i];
                if (guarded[i]) {
                    walk.state[++next] = coordinates[i];
                    walk.extents[next] = axis.extent;
                }
                if (moves) _step(walk.steps, kernel, axis, place, guarded[i] ? next : place);
            }
            int256[] memory state = walk.state;
            assembly ("memory-safe") {
                pointer := add(add(state, 32), shl(5, place))
            }
        }
    }

    /// @dev Row-major coordinates of `index` over `extents[from .. to)`, into the same places of `variables`.
    function _unravel(uint256[] memory variables, uint256[] memory extents, uint256 from, uint256 to, uint256 index) private pure {
        unchecked {
            while (to > from) {
                --to;
                variables[to] = index % extents[to];
                index /= extents[to];
            }
        }
    }

    /// @dev What an axis adds to the steps of its load's address at `place` and, elsewhere than there, of its coordinate.
    function _step(int256[][] memory steps, Kernel memory kernel, Axis memory axis, uint256 place, uint256 coordinate) private pure {
        unchecked {
            int256 wrapped; // what the coordinates after `r` lose when they return to zero
            for (uint256 r = steps.length; r > 0;) {
                --r;
                int256 coefficient = axis.coefficients[kernel.outputRank + r];
                steps[r][place] += axis.stride * (coefficient - wrapped);
                if (coordinate != place) steps[r][coordinate] = coefficient - wrapped;
                wrapped += coefficient * (int256(kernel.extents[kernel.outputRank + r]) - 1);
            }
        }
    }

    /// @dev The coordinate now, whether some term of this element may leave the axis, and whether it depends on the term; zero for an indexed
    ///      axis, whose coefficients are zero too.
    function _coordinate(Kernel memory kernel, Axis memory axis, uint256[] memory variables)
        private
        pure
        returns (int256 coordinate, bool guarded, bool depends)
    {
        unchecked {
            if (axis.index != 0) return (0, false, false);
            coordinate = axis.offset;
            int256 least = axis.offset;
            int256 greatest = axis.offset;
            for (uint256 v; v < variables.length; ++v) {
                int256 coefficient = axis.coefficients[v];
                if (coefficient == 0) continue;
                int256 part = coefficient * int256(variables[v]);
                coordinate += part;
                int256 span = coefficient * (int256(kernel.extents[v]) - 1);
                if (v < kernel.outputRank) (least, greatest) = (least + part, greatest + part);
                else if (span < 0) least += span;
                else greatest += span;
                if (v >= kernel.outputRank) depends = true;
            }
            guarded = least < 0 || greatest >= int256(axis.extent);
        }
    }
}
