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
    /// @param operands   leaves of all distinct operand buffers, strictly ascending; those that the descriptor names in vain may be absent
    /// @dev   Total: any descriptor gives an answer. Reverts only on a wrong or missing proof.
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
