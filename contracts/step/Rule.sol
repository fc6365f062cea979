// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The rules of SPEC section 5, in the order of that table; models/ir/rules.ts has the same order.
enum Rule {
    NONE,
    BYTES,
    VERSION,
    TYPE,
    RANK,
    EXTENT,
    REDUCE,
    META,
    BUFFER,
    COORDINATE,
    ADDRESS,
    CODE,
    WORK,
    STEP
}

uint256 constant MAX_DESCRIPTOR_BYTES = 4096;
uint256 constant MAX_RANK = 8;
uint256 constant MAX_LOADS = 8;
uint256 constant MAX_AXES = 6;
uint256 constant MAX_BLOCK = 128;
uint256 constant MAX_BLOCKS = 512;
uint256 constant MAX_SEGMENT = 64;
uint256 constant MAX_STACK = 16;
uint256 constant MAX_LOCALS = 8;
uint256 constant MAX_CODE_BYTES = 1024;
/// @dev Most bytes of code that one step may run: the term's for each term of a block, and the result's.
uint256 constant MAX_WORK = 8192;
/// @dev Most that one step may do in all: bytes of code that it runs, LOOKUP_WORK for each indexed axis of a load that they ask for, and for each
///      word that may be opened the depth of its tree and WORD_WORK.
uint256 constant MAX_STEP = 12288;
uint256 constant LOOKUP_WORK = 2;
uint256 constant WORD_WORK = 8;
/// @dev Extents, counts and addresses stay below this.
uint256 constant INDEX_BOUND = 1 << 31;
/// @dev Bits of the only NaN.
uint256 constant CANONICAL_NAN = 0x7fc00000;

/// @notice Whether these 32 bits are a NaN other than the only one.
function isForeignNan(uint256 bits) pure returns (bool) {
    return bits & 0x7fffffff > 0x7f800000 && bits != CANONICAL_NAN;
}
