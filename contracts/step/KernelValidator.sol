// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IKernelValidator, OperandMeta} from "../interfaces/IKernelValidator.sol";
import {BufferProof} from "../interfaces/IStepVerifier.sol";
import {Merkle} from "../libraries/Merkle.sol";
import {Meta} from "../types/Meta.sol";
import {CodeContext, CodeRules} from "./CodeRules.sol";
import {Descriptor, DescriptorRules} from "./DescriptorRules.sol";
import {LoadFacts, LoadRules} from "./LoadRules.sol";
import {Buffers, MetaRules} from "./MetaRules.sol";
import {MAX_STEP, Rule, WORD_WORK} from "./Rule.sol";
import {StepRules} from "./StepRules.sol";

/// @title  The validity rules of SPEC section 5, on chain
/// @notice Decides like models/ir/validate-kernel.ts, rule by rule and in the same order.
contract KernelValidator is IKernelValidator {
    /// @inheritdoc IKernelValidator
    function isInvalid(
        bytes32 bufferRoot,
        uint32 inputs,
        uint32 constants,
        uint32 kernels,
        uint32 kernel,
        BufferProof calldata proof,
        bytes calldata descriptor,
        OperandMeta[] calldata operands
    ) external view returns (bool) {
        Buffers memory buffers = Buffers(bufferRoot, inputs, constants, kernels);
        return _violation(buffers, kernel, proof, descriptor, operands) != Rule.NONE;
    }

    /// @notice The first rule that the kernel violates, or `NONE`; arguments and reverts as for `isInvalid`.
    function violation(
        bytes32 bufferRoot,
        uint32 inputs,
        uint32 constants,
        uint32 kernels,
        uint32 kernel,
        BufferProof calldata proof,
        bytes calldata descriptor,
        OperandMeta[] calldata operands
    ) external view returns (Rule) {
        return _violation(Buffers(bufferRoot, inputs, constants, kernels), kernel, proof, descriptor, operands);
    }

    function _violation(
        Buffers memory buffers,
        uint256 kernel,
        BufferProof calldata proof,
        bytes calldata data,
        OperandMeta[] calldata operands
    ) private view returns (Rule) {
        uint256 ownBuffer = buffers.inputs + buffers.constants + kernel;
        // INVARIANT: what is judged is the program's kernel and nothing else.
        Meta meta = _prove(buffers, ownBuffer, proof);
        if (sha256(data) != proof.body) revert KernelValidator_WrongDescriptor();

        if (!MetaRules.isPlace(meta, kernel, buffers.kernels)) return Rule.META;
        if (kernel > 0) {
            (bool given, Meta before) = _find(buffers, ownBuffer - 1, operands);
            if (given && !MetaRules.follows(meta, before, kernel)) return Rule.META;
        }
        (Rule rule, Descriptor memory descriptor) = DescriptorRules.read(data, meta, ownBuffer);
        if (rule != Rule.NONE) return rule;
        uint256 types;
        (rule, types) = _checkOperands(buffers, meta, descriptor, operands);
        if (rule != Rule.NONE) return rule;
        if (!_checkCodes(data, descriptor, types)) return Rule.CODE;
        return StepRules.work(data, descriptor) > MAX_STEP ? Rule.STEP : Rule.NONE;
    }

    /// @return rule  the first rule that an operand violates
    /// @return types two bits a load, load 0 lowest: the type of its value
    function _checkOperands(
        Buffers memory buffers,
        Meta meta,
        Descriptor memory descriptor,
        OperandMeta[] calldata operands
    ) private view returns (Rule rule, uint256 types) {
        LoadFacts[] memory loads = descriptor.loads;
        for (uint256 i = 0; i < loads.length; i++) {
            // `CodeRules.I32` lies in the same bit as that of `indices`.
            if (types & loads[i].indices != loads[i].indices) return (Rule.COORDINATE, types);
            (bool given, Meta operand) = _find(buffers, loads[i].buffer, operands);
            // INVARIANT: no rule on an operand is decided without its proved leaf.
            if (!given) revert KernelValidator_MissingOperand(loads[i].buffer);
            rule = LoadRules.checkOperand(loads[i], operand, meta, buffers);
            if (rule != Rule.NONE) return (rule, types);
            if (!MetaRules.isFloat(operand)) types |= CodeRules.I32 << (2 * i);
            descriptor.openings += (loads[i].reduces ? descriptor.blockTerms : 1) * (operand.tensorDepth() + WORD_WORK);
        }
    }

    function _checkCodes(bytes calldata data, Descriptor memory descriptor, uint256 types) private pure returns (bool) {
        LoadFacts[] memory loads = descriptor.loads;
        CodeContext memory context = CodeContext(types, loads.length, descriptor.extents.length, CodeRules.UNUSABLE);
        if (descriptor.folds) {
            bytes calldata term = data[descriptor.term:descriptor.termEnd];
            if (!CodeRules.gives(term, context, descriptor.foldType)) return false;
            context.fold = descriptor.foldType;
        }
        context.variables = descriptor.outputRank;
        for (uint256 i = 0; i < loads.length; i++) {
            if (loads[i].reduces) context.loads = (context.loads & ~(3 << (2 * i))) | (CodeRules.UNUSABLE << (2 * i));
        }
        return CodeRules.gives(data[descriptor.result:descriptor.resultEnd], context, descriptor.resultType);
    }

    /// @dev The meta of `buffer` from the first of `operands` that names it, proved.
    function _find(Buffers memory buffers, uint256 buffer, OperandMeta[] calldata operands)
        private
        view
        returns (bool given, Meta meta)
    {
        for (uint256 i = 0; i < operands.length; i++) {
            if (operands[i].buffer == buffer) return (true, _prove(buffers, buffer, operands[i].proof));
        }
    }

    function _prove(Buffers memory buffers, uint256 buffer, BufferProof calldata proof) private view returns (Meta) {
        uint256 count = buffers.inputs + buffers.constants + buffers.kernels;
        bytes32 leaf = Merkle.bufferLeaf(proof.meta, proof.body);
        // INVARIANT: index and depth come from the program's counts, never from the proof.
        if (!Merkle.contains(buffers.root, count, buffer, leaf, proof.siblings)) {
            revert KernelValidator_WrongProgramLeaf(buffer);
        }
        return Meta.wrap(proof.meta);
    }
}
