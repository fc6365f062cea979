// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice A trace of the program of tiny.ts as somebody claims it: the buffers `a`, `b`, `c` and the output, one word each, and the running
///         totals of the sum. `stray` stands in the trace tree where the interior kernel has its zero leaf.
struct Trace {
    bytes32[4] words;
    uint32[2] totals;
    bytes32 stray;
}

/// @title  The program of tiny.ts, honestly and falsely
/// @notice Words hold eight numbers, little-endian.
library Tiny {
    uint256 internal constant LIES = 8;
    uint256 internal constant INTERIOR = 1;

    /// @notice The true trace.
    function honest(bytes32 input) internal pure returns (Trace memory t) {
        _follow(t, input, 0);
    }

    /// @notice A trace with one lie; everything after it follows from it, except in kind 6. None equals the true one.
    /// @param kind 0 to 2: a lane of `a`, `b`, `c`; 3: the output alone; 4, 5: a running total; 6: a lane of `a`, with true buffers after it;
    ///             7: a leaf of the trace tree that must be zero
    function lie(bytes32 input, uint256 kind, uint256 seed) internal pure returns (Trace memory t) {
        t = honest(input);
        unchecked {
            uint32 flip = uint32(1 + seed % 0xffffffff);
            if (kind == 6) t.words[0] = _flip(t.words[0], seed, flip);
            else if (kind == 7) t.stray = keccak256(abi.encode(seed));
            else if (kind < 3) {
                t.words[kind] = _flip(t.words[kind], seed, flip);
                _follow(t, input, kind + 1);
            } else {
                if (kind > 3) t.totals[kind - 4] ^= flip;
                if (kind == 4) t.totals[1] = t.totals[0] + _sum(t.words[2], 4);
                t.words[3] = _word(kind == 3 ? t.totals[1] ^ flip : t.totals[1]);
            }
        }
    }

    /// @notice Number `j` of a word.
    function lane(bytes32 word, uint256 j) internal pure returns (uint32) {
        uint256 bytes4be = uint256(word) >> (224 - 32 * j);
        return uint32((bytes4be & 0xff) << 24 | (bytes4be & 0xff00) << 8 | ((bytes4be >> 8) & 0xff00) | ((bytes4be >> 24) & 0xff));
    }

    function output(Trace memory t) internal pure returns (bytes memory) {
        return abi.encodePacked(bytes4(t.words[3]));
    }

    /// @notice The leaves of the trace tree under a salt.
    function leaves(Trace memory t, bytes32 salt) internal pure returns (bytes32[] memory l) {
        l = new bytes32[](4);
        for (uint256 k = 0; k < 4; ++k) l[k] = k == INTERIOR ? t.stray : hash(salt, t.words[k]);
    }

    function root(bytes32[] memory l) internal pure returns (bytes32) {
        return hash(hash(l[0], l[1]), hash(l[2], l[3]));
    }

    /// @notice Siblings of a leaf, bottom up.
    function branch(bytes32[] memory l, uint256 leaf) internal pure returns (bytes32[] memory s) {
        s = new bytes32[](2);
        s[0] = l[leaf ^ 1];
        s[1] = leaf < 2 ? hash(l[2], l[3]) : hash(l[0], l[1]);
    }

    function hash(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(left, right));
    }

    /// @dev Calculates the buffers from `from` on.
    function _follow(Trace memory t, bytes32 input, uint256 from) private pure {
        unchecked {
            uint32[8] memory v;
            for (uint256 k = from; k < 3; ++k) {
                for (uint256 j = 0; j < 8; ++j) {
                    if (k == 0) v[j] = lane(input, j) + 1;
                    else if (k == 1) v[j] = lane(t.words[0], j) * 3;
                    else v[j] = lane(t.words[1], j) ^ lane(t.words[0], j);
                }
                t.words[k] = _pack(v);
            }
            t.totals[0] = _sum(t.words[2], 0);
            t.totals[1] = t.totals[0] + _sum(t.words[2], 4);
            t.words[3] = _word(t.totals[1]);
        }
    }

    /// @dev Of four lanes.
    function _sum(bytes32 word, uint256 from) private pure returns (uint32 sum) {
        unchecked {
            for (uint256 j = from; j < from + 4; ++j) sum += lane(word, j);
        }
    }

    function _flip(bytes32 word, uint256 seed, uint32 flip) private pure returns (bytes32) {
        uint256 j = (seed >> 32) % 8;
        uint32[8] memory v;
        for (uint256 i = 0; i < 8; ++i) v[i] = lane(word, i) ^ (i == j ? flip : 0);
        return _pack(v);
    }

    function _word(uint32 value) private pure returns (bytes32) {
        uint32[8] memory v;
        v[0] = value;
        return _pack(v);
    }

    function _pack(uint32[8] memory v) private pure returns (bytes32 word) {
        for (uint256 j = 0; j < 8; ++j) word |= bytes32(uint256(_swap(v[j])) << (224 - 32 * j));
    }

    function _swap(uint32 x) private pure returns (uint32) {
        return (x & 0xff) << 24 | (x & 0xff00) << 8 | ((x >> 8) & 0xff00) | x >> 24;
    }
}
