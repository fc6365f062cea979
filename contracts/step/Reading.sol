// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IStepVerifier} from "../interfaces/IStepVerifier.sol";
import {Float32} from "../libraries/Float32.sol";
import {IndexMap, Walk} from "./IndexMap.sol";
import {Words} from "./MultiProof.sol";
import {Source} from "./Opening.sol";

/// @notice A load at work.
/// @param place     of its address in the walk, a memory pointer; `guards` coordinates follow
/// @param first     number of the current word's first element in the buffer
/// @param direct    elements in the current word, without padding, if their lanes are the load's values as they are: no guards, no widening
/// @param size      elements in the current word, without padding; 0 before the first word
/// @param word      the current word, its lanes big-endian, the first lane at the high end
/// @param width     bits of a lane
/// @param storeType and
/// @param count     of the buffer; 0 while the witness has nothing of it
/// @param next      place after the current word's in the buffer's words
struct Reader {
    uint256 place;
    uint256 first;
    uint256 direct;
    uint256 size;
    uint256 word;
    uint256 width;
    uint256 guards;
    uint256 fill;
    uint256 buffer;
    uint256 storeType;
    uint256 count;
    uint256 next;
    Words words;
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
        reader.width = 8 * source.meta.elementSize();
    }

    /// @notice The load's value as 32 bits: its element, or `fill` where a coordinate leaves its axis.
    function value(Reader memory reader, Walk memory walk) internal pure returns (uint256) {
        unchecked {
            uint256 lane = IndexMap.addressAt(reader.place) - reader.first;
            return lane < reader.direct ? _lane(reader, lane) : _anyValue(reader, walk);
        }
    }

    function _anyValue(Reader memory reader, Walk memory walk) private pure returns (uint256 bits) {
        if (!IndexMap.inRange(walk, reader.place, reader.guards)) return reader.fill;
        uint256 lane;
        unchecked {
            lane = IndexMap.addressAt(reader.place) - reader.first;
        }
        if (lane >= reader.size) lane = _seek(reader, IndexMap.addressAt(reader.place));
        bits = _lane(reader, lane);
        if (reader.storeType == I8) return uint32(int32(int8(uint8(bits))));
        return reader.storeType == F16 ? Float32.fromHalf(bits) : bits;
    }

    function _lane(Reader memory reader, uint256 lane) private pure returns (uint256 bits) {
        uint256 word = reader.word;
        uint256 width = reader.width;
        assembly ("memory-safe") {
            bits := shr(sub(256, width), shl(mul(lane, width), word))
        }
    }

    /// @dev Makes the word with `element` the current one; returns the element's lane.
    function _seek(Reader memory reader, uint256 element) private pure returns (uint256 lane) {
        // INVARIANT: no lane past the buffer's end is ever read.
        if (reader.count == 0) revert IStepVerifier.StepVerifier_MissingOperand(reader.buffer);
        if (element >= reader.count) revert IStepVerifier.StepVerifier_AddressOutOfBuffer(reader.buffer, element);
        unchecked {
            uint256 width = reader.width;
            uint256 lanes = 256 / width;
            lane = element & (lanes - 1);
            uint256 first = element - lane;
            uint256 word = _fetch(reader, element / lanes);
            if (width > 8) word = ((word >> 8) & ODD_BYTES) | ((word & ODD_BYTES) << 8);
            if (width > 16) word = ((word >> 16) & ODD_PAIRS) | ((word & ODD_PAIRS) << 16);
            uint256 storeType = reader.storeType;
            reader.word = storeType == F32 ? _canonical(word) : word;
            reader.first = first;
            uint256 size = reader.count - first;
            if (size > lanes) size = lanes;
            reader.size = size;
            if (reader.guards == 0 && storeType != I8 && storeType != F16) reader.direct = size;
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
