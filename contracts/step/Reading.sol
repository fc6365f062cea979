// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IStepVerifier} from "../interfaces/IStepVerifier.sol";
import {Float32} from "../libraries/Float32.sol";
import {IndexMap, Walk} from "./IndexMap.sol";
import {Axis} from "./KernelDecoder.sol";
import {Words} from "./MultiProof.sol";
import {Source} from "./Opening.sol";

/// @notice A load at work.
/// @param place     of its address in the walk, without what indexed axes add, a memory pointer; `guards` coordinates follow
/// @param first     number of the current word's first element in the buffer
/// @param size      elements in the current word, without padding; 0 before the first word
/// @param direct    the same where `plain`, else 0
/// @param word      the current word, its lanes big-endian, the first lane at the high end
/// @param width     bits of a lane
/// @param lanes     number of lanes in a word
/// @param plain     whether lanes are the load's values as they are: no guards, no indexed axes, no widening
/// @param storeType and
/// @param count     of the buffer; 0 while the witness has nothing of it
/// @param next      place after the current word's in the buffer's words
/// @param axes      all axes where one of them is indexed, else none
/// @param readers   of all loads, likewise
struct Reader {
    uint256 place;
    uint256 first;
    uint256 size;
    uint256 direct;
    uint256 word;
    uint256 width;
    uint256 lanes;
    bool plain;
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
    uint256 private constant F32 = 0;
    uint256 private constant I8 = 2;
    uint256 private constant F16 = 4;
    /// @dev The lowest bit of each 32-bit lane.
    uint256 private constant LANES = 0x0000000100000001000000010000000100000001000000010000000100000001;
    uint256 private constant ODD_BYTES = 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff;
    uint256 private constant ODD_PAIRS = 0x0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff;

    /// @notice Gives the reader its buffer's words.
    function open(Reader memory reader, Source memory source) internal pure {
        reader.words = source.words;
        reader.storeType = source.meta.storeType();
        reader.count = source.meta.count();
        reader.lanes = 32 / source.meta.elementSize();
        reader.width = 256 / reader.lanes;
        reader.plain = reader.guards == 0 && !isIndexed(reader) && reader.storeType != I8 && reader.storeType != F16;
    }

    /// @notice The load's value as 32 bits: its element, or `fill` where a coordinate leaves its axis.
    function value(Reader memory reader, Walk memory walk) internal pure returns (uint256 bits) {
        unchecked {
            uint256 lane = IndexMap.addressAt(reader.place) - reader.first;
            if (lane >= reader.direct) return _anyValue(reader, walk);
            bits = (reader.word << (lane * reader.width)) >> (256 - reader.width);
        }
    }

    function _anyValue(Reader memory reader, Walk memory walk) private pure returns (uint256) {
        if (!IndexMap.inRange(walk, reader.place, reader.guards)) return reader.fill;
        uint256 element = IndexMap.addressAt(reader.place);
        if (isIndexed(reader)) {
            bool inside;
            (inside, element) = _lookUp(reader, walk);
            if (!inside) return reader.fill;
        }
        return _elementAt(reader, element);
    }

    /// @notice Whether all coordinates lie on their axes. Affine ones are looked at first, then indexed ones in the order of the axes; no index
    ///         is read after the first that leaves its axis.
    function isInside(Reader memory reader, Walk memory walk) internal pure returns (bool inside) {
        inside = IndexMap.inRange(walk, reader.place, reader.guards);
        if (inside) (inside,) = _lookUp(reader, walk);
    }

    /// @notice Whether a coordinate is the value of another load.
    function isIndexed(Reader memory reader) internal pure returns (bool) {
        return reader.axes.length != 0;
    }

    /// @dev Whether the indexed coordinates lie on their axes, and if so the element that is read.
    function _lookUp(Reader memory reader, Walk memory walk) private pure returns (bool inside, uint256 element) {
        inside = true;
        element = IndexMap.addressAt(reader.place);
        unchecked {
            for (uint256 i; inside && i < reader.axes.length; ++i) {
                Axis memory axis = reader.axes[i];
                if (axis.index == 0) continue;
                Reader memory index = reader.readers[axis.index - 1]; // which is not indexed itself
                bool given = IndexMap.inRange(walk, index.place, index.guards);
                uint256 bits = given ? _elementAt(index, IndexMap.addressAt(index.place)) : index.fill;
                int256 coordinate = axis.offset + int32(uint32(bits));
                inside = coordinate >= 0 && coordinate < int256(axis.extent);
                element += uint256(axis.stride * coordinate);
            }
        }
    }

    function _elementAt(Reader memory reader, uint256 element) private pure returns (uint256 bits) {
        unchecked {
            if (element - reader.first >= reader.size) _seek(reader, element);
            bits = (reader.word << ((element - reader.first) * reader.width)) >> (256 - reader.width);
        }
        if (reader.storeType == I8) return uint32(int32(int8(uint8(bits))));
        return reader.storeType == F16 ? Float32.fromHalf(bits) : bits;
    }

    /// @dev Makes the word with `element` the current one.
    function _seek(Reader memory reader, uint256 element) private pure {
        unchecked {
            uint256 count = reader.count;
            // INVARIANT: no lane past the buffer's end is ever read.
            if (element >= count) {
                if (count == 0) revert IStepVerifier.StepVerifier_MissingOperand(reader.buffer);
                revert IStepVerifier.StepVerifier_AddressOutOfBuffer(reader.buffer, element);
            }
            uint256 lanes = reader.lanes;
            uint256 first = element & ~(lanes - 1);
            uint256 word = _fetch(reader, element * reader.width >> 8);
            if (lanes < 32) word = ((word >> 8) & ODD_BYTES) | ((word & ODD_BYTES) << 8);
            if (lanes < 16) word = ((word >> 16) & ODD_PAIRS) | ((word & ODD_PAIRS) << 16);
            reader.word = reader.storeType == F32 ? _canonical(word) : word;
            reader.first = first;
            uint256 size = count - first < lanes ? count - first : lanes;
            reader.size = size;
            if (reader.plain) reader.direct = size;
        }
    }

    /// @dev The word number `index` of the buffer: mostly the next one, else found by bisection.
    function _fetch(Reader memory reader, uint256 index) private pure returns (uint256) {
        unchecked {
            Words memory words = reader.words;
            uint256 position = reader.next;
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
            reader.next = position + 1;
            return words.wordAt(position);
        }
    }

    /// @dev `Float32.canonical` of all lanes at once.
    function _canonical(uint256 word) private pure returns (uint256) {
        unchecked {
            // A magnitude above infinity, and no other, reaches the sign bit with this added.
            uint256 nans = (((word & ~(LANES << 31)) + LANES * 0x7fffff) >> 31) & LANES;
            if (nans == 0) return word;
            return (word & ~(nans * 0xffffffff)) | (nans * 0x7fc00000);
        }
    }
}
