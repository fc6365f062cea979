// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BufferProof, IStepVerifier, Operand, Transition, Witness} from "../interfaces/IStepVerifier.sol";
import {Merkle} from "../libraries/Merkle.sol";
import {TAG_INPUTS} from "../libraries/Tags.sol";
import {Meta} from "../types/Meta.sol";
import {MultiProof, Words} from "./MultiProof.sol";

/// @notice Proved words of one buffer.
struct Source {
    uint256 buffer;
    Meta meta;
    Words words;
}

/// @title  Openings of the disputed kernel and of its operands
/// @notice Derives every location, depth and type from the program and the transition; the caller supplies siblings and content alone.
library Opening {
    /// @notice Proves a buffer's leaf in the program.
    function program(Transition calldata transition, uint256 buffer, BufferProof calldata proof) internal view {
        uint256 buffers = uint256(transition.inputs) + transition.constants + transition.kernels;
        bytes32 leaf = Merkle.bufferLeaf(proof.meta, proof.body);
        // INVARIANT: a meta counts only at its own place in the program.
        if (!Merkle.contains(transition.bufferRoot, buffers, buffer, leaf, proof.siblings)) {
            revert IStepVerifier.StepVerifier_WrongProgramLeaf(buffer);
        }
    }

    /// @notice Proves all operands: metas, places and words.
    /// @param segment meta of the disputed kernel
    function operands(Transition calldata transition, Witness calldata witness, Meta segment)
        internal
        view
        returns (Source[] memory sources)
    {
        sources = new Source[](witness.operands.length);
        uint256 next; // least buffer that may follow
        for (uint256 i; i < sources.length; ++i) {
            Operand calldata operand = witness.operands[i];
            uint256 buffer = operand.buffer;
            if (buffer < next) revert IStepVerifier.StepVerifier_UnorderedOperands(buffer);
            next = buffer + 1;
            program(transition, buffer, operand.proof);
            Meta meta = Meta.wrap(operand.proof.meta);
            // INVARIANT: an operand's tensor root is the one at its only place.
            if (!_atPlace(transition, witness.inputRoots, operand, meta, segment)) revert IStepVerifier.StepVerifier_WrongPlace(buffer);
            if (!MultiProof.verify(operand.root, meta.tensorDepth(), operand.indices, operand.words, operand.siblings)) {
                revert IStepVerifier.StepVerifier_WrongWords(buffer);
            }
            sources[i] = Source(buffer, meta, _words(operand));
        }
    }

    function _atPlace(
        Transition calldata transition,
        bytes32[] calldata inputRoots,
        Operand calldata operand,
        Meta meta,
        Meta segment
    ) private view returns (bool) {
        uint256 buffer = operand.buffer;
        uint256 firstKernel = uint256(transition.inputs) + transition.constants;
        if (buffer < transition.inputs) {
            if (inputRoots.length != transition.inputs || sha256(abi.encodePacked(TAG_INPUTS, inputRoots)) != transition.inputRoot) {
                revert IStepVerifier.StepVerifier_WrongInputs();
            }
            return operand.place.length == 0 && operand.root == inputRoots[buffer];
        }
        if (buffer < firstKernel) return operand.place.length == 0 && operand.root == operand.proof.body;

        uint256 kernel = buffer - firstKernel;
        if (meta.committed()) {
            bytes32 leaf = Merkle.hashPair(transition.salt, operand.root);
            return Merkle.contains(transition.traceRoot, transition.kernels, kernel, leaf, operand.place);
        }
        uint256 first = segment.first();
        uint256 length = segment.length();
        return meta.first() == first && meta.length() == length && kernel >= first
            && Merkle.contains(transition.interiorRoot, length, kernel - first, operand.root, operand.place);
    }

    function _words(Operand calldata operand) private pure returns (Words memory) {
        uint32[] calldata indices = operand.indices;
        bytes32[] calldata words = operand.words;
        uint256 indicesAt;
        uint256 wordsAt;
        assembly ("memory-safe") {
            indicesAt := indices.offset
            wordsAt := words.offset
        }
        return Words(indicesAt, wordsAt, words.length);
    }
}
