// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Words of a buffer with their indices, strictly ascending: two calldata lists of `length`.
struct Words {
    uint256 indices;
    uint256 words;
    uint256 length;
}

using MultiProof for Words global;

/// @title Multi-proofs of words of a tensor tree, SPEC section 2
library MultiProof {
    /// @notice Whether `words` stand at `indices` of the tree of depth `depth` under `root`. Every sibling must be needed.
    /// @param indices strictly ascending, at least one
    function verify(
        bytes32 root,
        uint256 depth,
        uint32[] calldata indices,
        bytes32[] calldata words,
        bytes32[] calldata siblings
    ) internal view returns (bool) {
        uint256 count = indices.length;
        if (count == 0 || words.length != count || !_ascend(indices, 1 << depth)) return false;
        uint256 nodes;
        uint256 places; // of the nodes, in their level
        assembly ("memory-safe") {
            nodes := mload(0x40)
            places := add(nodes, shl(5, count))
            mstore(0x40, add(places, shl(5, count)))
            calldatacopy(nodes, words.offset, shl(5, count))
            calldatacopy(places, indices.offset, shl(5, count))
        }
        uint256 used;
        for (; depth > 0; --depth) {
            (count, used) = _raise(nodes, places, count, siblings, used);
            if (used > siblings.length) return false;
        }
        bytes32 top;
        assembly ("memory-safe") {
            top := mload(nodes)
        }
        return used == siblings.length && top == root;
    }

    /// @dev Whether they ascend strictly and stay below `bound`.
    function _ascend(uint32[] calldata indices, uint256 bound) private pure returns (bool valid) {
        assembly ("memory-safe") {
            valid := 1
            for { let place := add(indices.offset, shl(5, indices.length)) } gt(place, indices.offset) { } {
                place := sub(place, 32)
                let index := calldataload(place)
                valid := and(valid, lt(index, bound))
                bound := index
            }
        }
    }

    function indexAt(Words memory self, uint256 position) internal pure returns (uint256 index) {
        assembly ("memory-safe") {
            index := calldataload(add(mload(self), shl(5, position)))
        }
    }

    function wordAt(Words memory self, uint256 position) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(add(mload(add(self, 32)), shl(5, position)))
        }
    }

    /// @dev Replaces the `count` nodes of a level by their parents, in place; returns their number and that of the siblings used so far.
    function _raise(uint256 nodes, uint256 places, uint256 count, bytes32[] calldata siblings, uint256 used)
        private
        view
        returns (uint256 parents, uint256 nowUsed)
    {
        assembly ("memory-safe") {
            let end := add(nodes, shl(5, count))
            let target := nodes
            let place := places // where the next node's place is read
            for { let node := nodes } lt(node, end) { } {
                let p := mload(place)
                let input := node
                let taken := 32
                // A pair lies side by side already; else the missing half comes from the proof.
                switch and(and(iszero(and(p, 1)), lt(add(node, 32), end)), eq(mload(add(place, 32)), add(p, 1)))
                case 0 {
                    let right := shl(5, and(p, 1))
                    mstore(right, mload(node))
                    mstore(sub(32, right), calldataload(add(siblings.offset, shl(5, used))))
                    used := add(used, 1)
                    input := 0
                }
                default { taken := 64 }
                // A failing precompile call can only be out of gas.
                if iszero(staticcall(gas(), 2, input, 64, target, 32)) { revert(0, 0) }
                mstore(add(places, sub(target, nodes)), shr(1, p))
                target := add(target, 32)
                node := add(node, taken)
                place := add(place, taken)
            }
            parents := shr(5, sub(target, nodes))
            nowUsed := used
        }
    }
}
