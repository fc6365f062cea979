// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Evaluation, IStepVerifier, Transition, Witness} from "../interfaces/IStepVerifier.sol";
import {Float32} from "../libraries/Float32.sol";
import {Meta} from "../types/Meta.sol";
import {Expression, Machine} from "./Expression.sol";
import {Fold} from "./Fold.sol";
import {Kernel, KernelDecoder, Load} from "./KernelDecoder.sol";
import {Opening, Source} from "./Opening.sol";
import {Reader, Reading} from "./Reading.sol";
import {Walk, Walks} from "./Walk.sol";

/// @title The one-step arbiter
contract StepVerifier is IStepVerifier {
    uint256 private constant F32 = 0;
    uint256 private constant I32 = 1;

    /// @inheritdoc IStepVerifier
    function evaluate(Transition calldata transition, Witness calldata witness) external view returns (uint32) {
        return _evaluate(transition, witness);
    }

    /// @inheritdoc IStepVerifier
    function evaluateEncoded(Transition calldata transition, bytes calldata encoded) external view returns (uint32) {
        Witness calldata witness;
        // The first word of the encoding is the offset of the structure, always 32. Every offset inside is checked where it is used, and what
        // lies outside of `encoded` could only be the caller's own bytes as well.
        assembly ("memory-safe") {
            witness := add(encoded.offset, 32)
        }
        return _evaluate(transition, witness);
    }

    function _evaluate(Transition calldata transition, Witness calldata witness) private view returns (uint32) {
        uint256 buffer = uint256(transition.inputs) + transition.constants + transition.kernel;
        // INVARIANT: the descriptor is the one that the program has at this place.
        if (witness.proof.body != sha256(witness.descriptor)) revert StepVerifier_WrongProgramLeaf(buffer);
        Opening.program(transition, buffer, witness.proof);
        Meta meta = Meta.wrap(witness.proof.meta);
        if (transition.element >= meta.count()) revert StepVerifier_AddressOutOfBuffer(buffer, transition.element);

        Kernel memory kernel = KernelDecoder.decode(witness.descriptor);
        (uint256 first, uint256 count) = _terms(kernel, transition);
        Machine memory machine = _machine(kernel, Walks.start(kernel, transition.element, first), Opening.operands(transition, witness, meta));

        uint256 total = first == 0 ? Fold.identity(kernel) : transition.total;
        if (transition.evaluation == Evaluation.RESULT) total = transition.total;
        if (count > 0) total = Fold.combine(kernel, total, Fold.blockValue(kernel, machine, count));
        if (transition.evaluation == Evaluation.BLOCK) return uint32(total);
        machine.fold = total;
        return _stored(kernel.storeType, Expression.run(machine, kernel.result));
    }

    /// @dev First term and number of terms that this evaluation folds.
    function _terms(Kernel memory kernel, Transition calldata transition) private pure returns (uint256 first, uint256 count) {
        uint256 terms = Fold.terms(kernel);
        uint256 blocks = Fold.blocks(kernel);
        // INVARIANT: totals are sworn, and blocks and result judged apart, exactly where a fold has more than one block.
        bool fits = transition.evaluation == Evaluation.ELEMENT
            ? blocks <= 1
            : blocks > 1 && (transition.evaluation == Evaluation.RESULT || transition.block < blocks);
        if (!fits) revert StepVerifier_NotThisEvaluation(blocks);
        if (transition.evaluation == Evaluation.RESULT) return (0, 0);
        if (transition.evaluation == Evaluation.BLOCK) first = transition.block * kernel.block;
        count = terms - first < kernel.block ? terms - first : kernel.block;
    }

    /// @dev A machine with a reader for each load. Every operand must have a load.
    function _machine(Kernel memory kernel, Walk memory walk, Source[] memory sources) private pure returns (Machine memory) {
        uint256 loads = kernel.loads.length;
        Reader[] memory readers = new Reader[](loads + 1); // one that nothing names, so that there is a first one
        uint256 used; // bit `i`: operand `i` has a load
        for (uint256 i; i < loads; ++i) {
            Load memory load = kernel.loads[i];
            Reader memory reader = readers[i];
            (reader.place, reader.guards) = Walks.add(walk, kernel, load);
            reader.buffer = load.buffer;
            reader.fill = load.fill;
            if (load.lookup) (reader.axes, reader.readers) = (load.axes, readers);
            for (uint256 s; s < sources.length; ++s) {
                if (sources[s].buffer != load.buffer) continue;
                Reading.open(reader, sources[s]);
                used |= 1 << s;
            }
        }
        for (uint256 s; s < sources.length; ++s) {
            if (used >> s & 1 == 0) revert StepVerifier_UnreadOperand(sources[s].buffer);
        }
        return Expression.machine(walk, readers);
    }

    /// @dev A lane as stored, zero-extended.
    function _stored(uint256 storeType, uint256 value) private pure returns (uint32) {
        if (storeType == F32) return uint32(Float32.canonical(value));
        return storeType == I32 ? uint32(value) : uint8(value);
    }
}
