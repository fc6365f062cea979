// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What of a transition is recomputed; SPEC section 7.
enum Evaluation {
    ELEMENT,
    BLOCK,
    RESULT
}

/// @notice Everything that the game already holds as true or as claimed about the disputed transition.
/// @param bufferRoot  root of the program's buffer tree
/// @param inputs      number of input buffers; likewise `constants`, `kernels`
/// @param inputRoot   `H(TAG(inputs) || tensor roots)` of the request
/// @param traceRoot   the asserter's
/// @param salt        the asserter's
/// @param interiorRoot the asserter's sworn interior root of the kernel's own segment, or zero
/// @param kernel      index of the disputed kernel
/// @param element     index of the disputed element, below its count
/// @param block       index of the disputed block (`BLOCK` only)
/// @param total       running total before it (`BLOCK` with block > 0), or the last total (`RESULT`)
struct Transition {
    bytes32 bufferRoot;
    uint32 inputs;
    uint32 constants;
    uint32 kernels;
    bytes32 inputRoot;
    bytes32 traceRoot;
    bytes32 salt;
    bytes32 interiorRoot;
    uint32 kernel;
    uint32 element;
    Evaluation evaluation;
    uint32 block;
    uint32 total;
}

/// @notice A leaf of the program's buffer tree with its siblings, bottom up.
struct BufferProof {
    bytes32 meta;
    bytes32 body;
    bytes32[] siblings;
}

/// @notice The words of one operand buffer that the transition reads.
/// @param buffer   its index; the operands of a witness are strictly ascending
/// @param proof    its leaf in the program
/// @param root     its tensor root
/// @param place    siblings of its place: trace tree (committed kernel), interior tree (interior kernel), empty (input, constant)
/// @param indices  word indices, strictly ascending
/// @param words    the words at these indices
/// @param siblings multi-proof of the words under `root`, SPEC section 2
struct Operand {
    uint32 buffer;
    BufferProof proof;
    bytes32 root;
    bytes32[] place;
    uint32[] indices;
    bytes32[] words;
    bytes32[] siblings;
}

/// @param descriptor the kernel's descriptor
/// @param proof      the kernel's leaf in the program; its body is `H(descriptor)`
/// @param inputRoots tensor roots of all inputs; empty where no operand is an input
struct Witness {
    bytes descriptor;
    BufferProof proof;
    bytes32[] inputRoots;
    Operand[] operands;
}

/// @title  The one-step arbiter
/// @notice Recomputes one block of one element, or its result, from opened operands.
interface IStepVerifier {
    error StepVerifier_WrongProgramLeaf(uint256 buffer);
    error StepVerifier_WrongPlace(uint256 buffer);
    error StepVerifier_WrongInputs();
    error StepVerifier_WrongWords(uint256 buffer);
    error StepVerifier_MissingOperand(uint256 buffer);
    error StepVerifier_MissingWord(uint256 buffer, uint256 word);
    error StepVerifier_UnorderedOperands(uint256 buffer);
    error StepVerifier_UnreadOperand(uint256 buffer);
    error StepVerifier_AddressOutOfBuffer(uint256 buffer, uint256 element);
    error StepVerifier_NotThisEvaluation(uint256 blocks);
    error StepVerifier_UnknownOpcode(uint256 code);

    /// @notice The true 32 bits after the transition: the total after the block (`BLOCK`), or the lane as stored, zero-extended (`ELEMENT`, `RESULT`).
    /// @dev    Reverts when the witness opens less than the kernel reads, or a buffer that it does not load. Never trusts a location, depth or type from the caller.
    function evaluate(Transition calldata transition, Witness calldata witness) external view returns (uint32);

    /// @notice The same, with `abi.encode` of the witness: a caller hands on bytes for less gas than it re-encodes a structure.
    function evaluateEncoded(Transition calldata transition, bytes calldata witness) external view returns (uint32);
}
