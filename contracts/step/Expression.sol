// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IStepVerifier} from "../interfaces/IStepVerifier.sol";
import {Alu} from "./Alu.sol";
import {IndexMap, Walk} from "./IndexMap.sol";
import {Reader, Reading} from "./Reading.sol";

/// @notice What an expression may look at.
/// @param walk      current iteration variables and addresses
/// @param fold      the last total, in `result`
/// @param frame     8 locals, then the stack, in memory
struct Machine {
    Walk walk;
    Reader[] readers;
    uint256 fold;
    uint256 frame;
}

/// @title  Postfix code, SPEC section 4
/// @notice Assumes valid code: it never underflows, never holds more than 16 values and ends with one.
library Expression {
    uint256 private constant LOAD = 0;
    uint256 private constant IN_RANGE = 1;
    uint256 private constant VAR = 2;
    uint256 private constant FOLD = 5;
    uint256 private constant GET = 6;
    uint256 private constant SET = 7;
    uint256 private constant SELECT = 8;
    /// @dev Bit `code`: the operation takes one value.
    uint256 private constant UNARY = 0x7f << 0x14 | 0xf << 0x30;
    uint256 private constant LOCALS = 8;
    uint256 private constant DEPTH = 16;

    function machine(Walk memory walk, Reader[] memory readers) internal pure returns (Machine memory made) {
        made.walk = walk;
        made.readers = readers;
        uint256[] memory frame = new uint256[](LOCALS + DEPTH);
        uint256 start;
        assembly ("memory-safe") {
            start := add(frame, 32)
        }
        made.frame = start;
    }

    /// @notice The value that `code` leaves.
    /// @dev    `top` holds the last value, the stack in memory those below it; the first push stores a meaningless one.
    function run(Machine memory self, bytes memory code) internal pure returns (uint256 top) {
        unchecked {
            Reader[] memory readers = self.readers;
            Walk memory walk = self.walk;
            uint256 frame = self.frame;
            uint256 free = frame + 32 * LOCALS; // first unused place of the stack
            uint256 next; // place of the next byte of code
            assembly ("memory-safe") {
                next := add(code, 32)
            }
            uint256 end = next + code.length;
            while (next < end) {
                uint256 op;
                uint256 immediate;
                assembly ("memory-safe") {
                    let bytes_ := mload(next)
                    op := byte(0, bytes_)
                    immediate := byte(1, bytes_)
                }
                next += 2;
                if (op == LOAD) {
                    free = _push(free, top);
                    top = Reading.value(readers[immediate], walk);
                } else if (op > SELECT) {
                    --next;
                    if (UNARY >> op & 1 != 0) {
                        top = Alu.unary(op, top);
                    } else {
                        free -= 32;
                        top = Alu.binary(op, _at(free), top);
                    }
                } else if (op == SET) {
                    _push(frame + 32 * immediate, top);
                    free -= 32;
                    top = _at(free);
                } else if (op == SELECT) {
                    --next;
                    free -= 64;
                    top = _at(top == 0 ? free + 32 : free);
                } else {
                    free = _push(free, top);
                    if (op == GET) {
                        top = _at(frame + 32 * immediate);
                    } else if (op == VAR) {
                        top = walk.variables[immediate];
                    } else if (op == IN_RANGE) {
                        Reader memory reader = readers[immediate];
                        top = IndexMap.inRange(walk, reader.place, reader.guards) ? 1 : 0;
                    } else if (op == FOLD) {
                        --next;
                        top = self.fold;
                    } else {
                        next += 3;
                        top = uint32(_at(next - 32)); // a constant of either type, the four bytes before `next`
                    }
                }
            }
        }
    }

    function _at(uint256 place) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(place)
        }
    }

    function _push(uint256 place, uint256 value) private pure returns (uint256) {
        assembly ("memory-safe") {
            mstore(place, value)
        }
        return place + 32;
    }
}
