// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IStepVerifier} from "../interfaces/IStepVerifier.sol";
import {IndexMap} from "./IndexMap.sol";
import {Axis} from "./KernelDecoder.sol";
import {Lanes} from "./Lanes.sol";
import {Words} from "./MultiProof.sol";
import {Source} from "./Opening.sol";
import {Walk} from "./Walk.sol";

/// @notice A load at work.
/// @param place     of its address in the walk, without what indexed axes add, a memory pointer; `guards` coordinates follow
/// @param first     number of the first of the eight elements at hand
/// @param size      how many they are, without padding; 0 before the first
/// @param direct    the same where no coordinate is looked at, else 0
/// @param lanes     their values, see `Lanes`
/// @param count     elements of the buffer; 0 while the witness has nothing of it
/// @param next      place where the next word is expected in the buffer's words
/// @param axes      all axes where one of them is indexed, else none
/// @param readers   of all loads, likewise
struct Reader {
    uint256 place;
    uint256 first;
    uint256 size;
    uint256 direct;
    uint256 lanes;
    uint256 guards;
    uint256 fill;
    uint256 buffer;
    uint256 storeType;
    uint256 count;
    uint256 next;
    Words words;
    Axis[] axes;
    Reader[] readers;
}

/// @title Values of loads, SPEC sections 1 and 4
library Reading {
    /// @notice Gives the reader its buffer's words.
    function open(Reader memory reader, Source memory source) internal pure {
        reader.words = source.words;
        reader.storeType = source.meta.storeType();
        reader.count = source.meta.count();
    }

    /// @notice The load's value as 32 bits: its element, or `fill` where a coordinate leaves its axis.
    function value(Reader memory reader, Walk memory walk) internal pure returns (uint256) {
        unchecked {
            uint256 lane = IndexMap.addressAt(reader.place) - reader.first;
            if (lane < reader.direct) return uint32(reader.lanes >> (224 - (lane << 5)));
            (bool inside, uint256 element) = locate(reader, walk);
            return inside ? elementAt(reader, element) : reader.fill;
        }
    }

    /// @notice Whether all coordinates lie on their axes, and if so the element that is read. Affine ones are looked at first, then indexed ones
    ///         in the order of the axes; no index is read after the first that leaves its axis.
    function locate(Reader memory reader, Walk memory walk) internal pure returns (bool inside, uint256 element) {
        inside = IndexMap.inRange(walk, reader.place, reader.guards);
        element = IndexMap.addressAt(reader.place);
        unchecked {
            for (uint256 i; inside && i < reader.axes.length; ++i) {
                Axis memory axis = reader.axes[i];
                if (axis.index == 0) continue;
                // The index is not indexed itself.
                int256 coordinate = axis.offset + int32(uint32(value(reader.readers[axis.index - 1], walk)));
                inside = coordinate >= 0 && coordinate < int256(axis.extent);
                element += uint256(axis.stride * coordinate);
            }
        }
    }

    /// @notice Whether a coordinate is the value of another load.
    function isIndexed(Reader memory reader) internal pure returns (bool) {
        return reader.axes.length != 0;
    }

    /// @notice The value of an element of the reader's buffer.
    function elementAt(Reader memory reader, uint256 element) internal pure returns (uint256) {
        (uint256 values,) = ahead(reader, element);
        return values >> 224;
    }

    /// @notice The values of an element, at the high end, and of those after it that are at hand; how many they are.
    function ahead(Reader memory reader, uint256 element) internal pure returns (uint256 values, uint256 count) {
        unchecked {
            uint256 lane = element - reader.first;
            if (lane >= reader.size) lane = _seek(reader, element);
            return (reader.lanes << (lane << 5), reader.size - lane);
        }
    }

    /// @dev Takes the eight elements with `element` at hand; its place among them.
    function _seek(Reader memory reader, uint256 element) private pure returns (uint256 lane) {
        unchecked {
            uint256 count = reader.count;
            // INVARIANT: no lane past the buffer's end is ever read.
            if (element >= count) {
                if (count == 0) revert IStepVerifier.StepVerifier_MissingOperand(reader.buffer);
                revert IStepVerifier.StepVerifier_AddressOutOfBuffer(reader.buffer, element);
            }
            lane = element & 7;
            uint256 first = element - lane;
            uint256 narrow = Lanes.narrowness(reader.storeType);
            uint256 last = (1 << narrow) - 1; // part of a word
            uint256 part = (element >> 3) & last;
            reader.lanes = Lanes.widen(_fetch(reader, element >> (3 + narrow), part == last), part, reader.storeType);
            reader.first = first;
            reader.size = count - first < 8 ? count - first : 8;
            if (reader.guards == 0 && !isIndexed(reader)) reader.direct = reader.size;
        }
    }

    /// @dev The word number `index` of the buffer: mostly the next one, else found by bisection.
    /// @param done whether the next one is expected to be another
    function _fetch(Reader memory reader, uint256 index, bool done) private pure returns (uint256) {
        unchecked {
            Words memory words = reader.words;
            uint256 position = reader.next;
            // Not all parts of the word before need have been read.
            if (position < words.length && words.indexAt(position) < index) ++position;
            if (position >= words.length || words.indexAt(position) != index) {
                uint256 above = words.length;
                position = 0;
                while (position < above) {
                    uint256 middle = (position + above) >> 1;
                    if (words.indexAt(middle) < index) position = middle + 1;
                    else above = middle;
                }
                if (position == words.length || words.indexAt(position) != index) {
                    revert IStepVerifier.StepVerifier_MissingWord(reader.buffer, index);
                }
            }
            reader.next = done ? position + 1 : position;
            return words.wordAt(position);
        }
    }
}
