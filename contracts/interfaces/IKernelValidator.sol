// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BufferProof} from "./IStepVerifier.sol";

/// @notice One operand's leaf, for the rules that speak of operands.
struct OperandMeta {
    uint32 buffer;
    BufferProof proof;
}

/// @title  The validity rules of SPEC section 5, on chain
interface IKernelValidator {
    error KernelValidator_WrongProgramLeaf(uint256 buffer);
    error KernelValidator_MissingOperand(uint256 buffer);
    error KernelValidator_WrongDescriptor();

    /// @notice Whether kernel `kernel` of the program violates a validity rule.
    /// @param bufferRoot root of the program's buffer tree over `inputs + constants + kernels` leaves
    /// @param proof      the kernel's leaf
    /// @param descriptor bytes whose hash is the leaf's body
    /// @param operands   leaves of the operand buffers, in any order, each buffer once; those that no rule asks for may be absent and are
    ///                   not looked at. The leaf of the kernel before this one may be among them: only then is the rule on it looked at
    /// @dev   Total: any descriptor gives an answer. The rules are looked at in the order of SPEC section 5, and the first violation
    ///        decides: a kernel that is invalid by itself needs no operands. Reverts only where the order comes to a leaf that is wrong or
    ///        absent.
    function isInvalid(
        bytes32 bufferRoot,
        uint32 inputs,
        uint32 constants,
        uint32 kernels,
        uint32 kernel,
        BufferProof calldata proof,
        bytes calldata descriptor,
        OperandMeta[] calldata operands
    ) external view returns (bool);
}
