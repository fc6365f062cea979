// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Float32Sum} from "../libraries/Float32Sum.sol";
import {Machine} from "./Expression.sol";
import {IndexMap} from "./IndexMap.sol";
import {Reader, Reading} from "./Reading.sol";
import {Walk} from "./Walk.sol";

/// @notice A load over terms in which the innermost coordinate alone grows.
/// @param inside  whether it is in range in all of them, else in none
/// @param element that it reads in the current one
/// @param step    what the next one adds to that
struct Factor {
    Reader reader;
    bool inside;
    uint256 element;
    uint256 step;
}

/// @title  The commonest fold, a sum of products of two loads, without the interpreter
/// @notice Where no guard and no index watches the innermost coordinate, terms in which that alone grows are one run, whose ranges are looked
///         at once.
library Product {
    /// @notice Folds `count` terms from the walk's current one on.
    /// @param a number of a load; likewise `b`
    function sum(Machine memory machine, uint256[] memory extents, uint256 a, uint256 b, uint256 count) internal pure returns (uint256) {
        Walk memory walk = machine.walk;
        Factor memory x = _factor(walk, machine.readers[a]);
        Factor memory y = _factor(walk, machine.readers[b]);
        bool watched = _watchesInner(walk, x.reader) || _watchesInner(walk, y.reader);
        uint256 m;
        uint256 e = 1;
        unchecked {
            while (true) {
                uint256 length = 1;
                if (watched) {
                    (m, e) = Float32Sum.addProducts(m, e, Reading.value(x.reader, walk) << 224, 0, Reading.value(y.reader, walk) << 224, 0, 1);
                } else {
                    length = IndexMap.takeInner(walk, extents);
                    if (length > count) length = count;
                    (x.inside, x.element) = Reading.locate(x.reader, walk);
                    (y.inside, y.element) = Reading.locate(y.reader, walk);
                    (m, e) = _sumRun(x, y, length, m, e);
                    IndexMap.move(x.reader.place, x.step * (length - 1));
                    if (a != b) IndexMap.move(y.reader.place, y.step * (length - 1));
                }
                count -= length;
                if (count == 0) return Float32Sum.bitsOf(m, e);
                IndexMap.advance(walk, extents);
            }
        }
    }

    /// @dev As many terms at once as both factors have at hand.
    function _sumRun(Factor memory x, Factor memory y, uint256 length, uint256 m, uint256 e) private pure returns (uint256, uint256) {
        unchecked {
            while (length > 0) {
                (uint256 a, uint256 left, uint256 count) = _ahead(x, length);
                (uint256 b, uint256 right, uint256 fewer) = _ahead(y, count);
                (m, e) = Float32Sum.addProducts(m, e, a, left, b, right, fewer);
                x.element += x.step * fewer;
                y.element += y.step * fewer;
                length -= fewer;
            }
        }
        return (m, e);
    }

    /// @return values at most `length` values, the first at the high end
    /// @return width  distance to the next, 0 where all are one
    /// @return count  their number
    function _ahead(Factor memory factor, uint256 length) private pure returns (uint256 values, uint256 width, uint256 count) {
        unchecked {
            if (!factor.inside) return (factor.reader.fill << 224, 0, length);
            (values, count) = Reading.ahead(factor.reader, factor.element);
            if (factor.step == 0) return (values, 0, length);
            return (values, 32, factor.step > 1 ? 1 : count < length ? count : length);
        }
    }

    function _factor(Walk memory walk, Reader memory reader) private pure returns (Factor memory) {
        return Factor(reader, false, 0, IndexMap.innerStep(walk, reader.place));
    }

    function _watchesInner(Walk memory walk, Reader memory reader) private pure returns (bool) {
        return Reading.isIndexed(reader) || IndexMap.guardsInner(walk, reader.place, reader.guards);
    }
}
