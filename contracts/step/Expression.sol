// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IStepVerifier} from "../interfaces/IStepVerifier.sol";
import {Alu} from "./Alu.sol";
import {Reader, Reading} from "./Reading.sol";
import {Walk} from "./Walk.sol";

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
            Reader memory reader = readers[0]; // moved on to the one that is read
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
                    let head := mload(next)
                    op := byte(0, head)
                    immediate := byte(1, head)
                    next := add(next, 2)
                }
                if (op == LOAD) {
                    assembly ("memory-safe") {
                        mstore(free, top)
                        free := add(free, 32)
                        reader := mload(add(add(readers, 32), shl(5, immediate)))
                    }
                    top = Reading.value(reader, walk);
                } else if (op > SELECT) {
                    --next;
                    if (UNARY >> op & 1 == 0) {
                        uint256 left;
                        assembly ("memory-safe") {
                            free := sub(free, 32)
                            left := mload(free)
                        }
                        top = Alu.binary(op, left, top);
                    } else {
                        top = Alu.unary(op, top);
                    }
                } else if (op == SET) {
                    assembly ("memory-safe") {
                        mstore(add(frame, shl(5, immediate)), top)
                        free := sub(free, 32)
                        top := mload(free)
                    }
                } else if (op == SELECT) {
                    assembly ("memory-safe") {
                        next := sub(next, 1)
                        free := sub(free, 64)
                        top := mload(add(free, shl(5, iszero(top))))
                    }
                } else {
                    assembly ("memory-safe") {
                        mstore(free, top)
                        free := add(free, 32)
                    }
                    if (op == GET) {
                        assembly ("memory-safe") {
                            top := mload(add(frame, shl(5, immediate)))
                        }
                    } else if (op == VAR) {
                        top = walk.variables[immediate];
                    } else if (op == IN_RANGE) {
                        (bool inside,) = Reading.locate(readers[immediate], walk);
                        top = inside ? 1 : 0;
                    } else if (op == FOLD) {
                        --next;
                        top = self.fold;
                    } else {
                        assembly ("memory-safe") {
                            top := shr(224, mload(sub(next, 1))) // a constant of either type
                            next := add(next, 3)
                        }
                    }
                }
            }
        }
    }
}
