// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BufferProof} from "./IStepVerifier.sol";

/// @notice What a request, a game and a step need to know of a program.
/// @param bufferRoot root of the program's buffer tree
/// @param author     who registered it; zero for an unknown program
/// @param registeredAt unix seconds
/// @param inputs     number of input buffers; likewise `constants`, `kernels`, `outputs`
struct Model {
    bytes32 bufferRoot;
    address author;
    uint40 registeredAt;
    uint32 inputs;
    uint32 constants;
    uint32 kernels;
    uint32 outputs;
}

/// @notice One output of a model: the kernel that writes it, and its length in bytes.
struct OutputSpec {
    uint32 kernel;
    uint64 bytesLength;
}

/// @title  Programs that can be asked for
/// @notice A registered program's header agrees with its root: inputs, outputs and claim leaves were proved once, at registration.
interface IModelRegistry {
    event ModelRegistered(bytes32 indexed programRoot, address indexed author, bytes32 bufferRoot, bytes header);

    error ModelRegistry_UnknownModel(bytes32 programRoot);
    error ModelRegistry_AlreadyRegistered(bytes32 programRoot);
    error ModelRegistry_BadHeader(uint256 offset);
    error ModelRegistry_ProofCount(uint256 expected, uint256 given);
    error ModelRegistry_LeafContradictsHeader(uint256 buffer);

    /// @notice Registers a program.
    /// @param header     SPEC section 3
    /// @param bufferRoot root of its buffer tree
    /// @param proofs     leaves of all inputs, then of all outputs' kernels, then of all claim kernels, each with its siblings
    function register(bytes calldata header, bytes32 bufferRoot, BufferProof[] calldata proofs) external returns (bytes32 programRoot);

    /// @notice The program's record; reverts for an unknown one.
    function model(bytes32 programRoot) external view returns (Model memory);

    /// @notice Exact byte length of each input, in program order.
    function inputLengths(bytes32 programRoot) external view returns (uint256[] memory);

    /// @notice The outputs, in header order.
    function outputSpecs(bytes32 programRoot) external view returns (OutputSpec[] memory);

    /// @notice The kernels whose leaves a claimant may be asked for, strictly ascending.
    function claimKernels(bytes32 programRoot) external view returns (uint32[] memory);
}
