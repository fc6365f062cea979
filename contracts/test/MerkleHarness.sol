// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Merkle} from "../libraries/Merkle.sol";

/// @title  Opens the Merkle library for comparison with the TypeScript trees
contract MerkleHarness {
    function hashPair(bytes32 left, bytes32 right) external view returns (bytes32) {
        return Merkle.hashPair(left, right);
    }

    function rootOf(bytes32 leaf, uint256 index, bytes32[] calldata siblings) external view returns (bytes32, uint256 gas) {
        gas = gasleft();
        bytes32 root = Merkle.rootOf(leaf, index, siblings);
        return (root, gas - gasleft());
    }

    function contains(bytes32 root, uint256 count, uint256 index, bytes32 leaf, bytes32[] calldata siblings)
        external
        view
        returns (bool)
    {
        return Merkle.contains(root, count, index, leaf, siblings);
    }

    function bufferLeaf(bytes32 meta, bytes32 body) external view returns (bytes32) {
        return Merkle.bufferLeaf(meta, body);
    }

    function depthOf(uint256 count) external pure returns (uint256) {
        return Merkle.depthOf(count);
    }
}
