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
    uint32 inputs;
    uint32 constants;
    uint32 kernels;
    uint32 outputs;
    uint40 registeredAt;
    address author;
}

/// @notice What a game needs to know of a program: the root of its buffer tree and the numbers of buffers.
struct Shape {
    bytes32 bufferRoot;
    uint32 inputs;
    uint32 constants;
    uint32 kernels;
}

/// @notice One output of a model: the kernel that writes it, and its length in bytes.
struct OutputSpec {
    uint32 kernel;
    uint64 bytesLength;
}

/// @notice What a model's creator asks for.
/// @param price           wei for each request
/// @param royaltyReceiver of ERC-2981; zero for none
/// @param royaltyBps      its share of the price, in basis points; fixed for good, as the receiver is
/// @param uri             where the first version's files are
struct ModelTerms {
    uint96 price;
    address royaltyReceiver;
    uint16 royaltyBps;
    string uri;
}

/// @notice Provenance: which program was offered by whom and when. All but `retired` is immutable.
/// @param author    who added it
/// @param createdAt unix seconds
/// @param serial    number of the version among all, from 1
/// @param number    number of the version in its model, from 1
/// @param retired   cannot be asked for any more; what was asked goes on
/// @param uri       where its files are
struct Version {
    bytes32 programRoot;
    uint256 modelId;
    address author;
    uint40 createdAt;
    uint40 serial;
    uint32 number;
    bool retired;
    string uri;
}

/// @title  Programs, and the models that offer them
/// @notice A registered program's header agrees with its root: inputs, outputs and claim leaves were proved once, for everybody. A model is an
///         ERC-721 token with an ERC-2981 royalty; its versions are programs. Any number of models may offer one program.
interface IModelRegistry {
    event ModelRegistered(bytes32 indexed programRoot, address indexed author, bytes32 bufferRoot, bytes header);

    event ModelCreated(uint256 indexed modelId, address indexed creator, uint256 price, address royaltyReceiver, uint256 royaltyBps);
    event VersionAdded(
        bytes32 indexed versionId, uint256 indexed modelId, bytes32 indexed programRoot, uint40 serial, address author, string uri
    );
    event PriceChanged(uint256 indexed modelId, uint256 price);
    event VersionRetired(bytes32 indexed versionId);

    /// @dev No program of this root is registered.
    error ModelRegistry_UnknownModel(bytes32 programRoot);
    error ModelRegistry_AlreadyRegistered(bytes32 programRoot);
    error ModelRegistry_BadHeader(uint256 offset);
    error ModelRegistry_ProofCount(uint256 expected, uint256 given);
    error ModelRegistry_LeafContradictsHeader(uint256 buffer);
    error ModelRegistry_ModelExists(uint256 modelId);
    error ModelRegistry_VersionExists(bytes32 versionId);
    error ModelRegistry_UnknownVersion(bytes32 versionId);
    error ModelRegistry_NotOwner(uint256 modelId, address caller);
    error ModelRegistry_Retired(bytes32 versionId);

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

    /// @notice Mints a model to the caller, with a registered program as its first version.
    /// @return modelId   `uint256(keccak256(abi.encode(chain id, registry, caller, programRoot)))`
    /// @return versionId `keccak256(abi.encode(chain id, registry, modelId, programRoot))`
    function createModel(bytes32 programRoot, ModelTerms calldata terms) external returns (uint256 modelId, bytes32 versionId);

    /// @notice The model's owner only: offers a registered program as its next version.
    function addVersion(uint256 modelId, bytes32 programRoot, string calldata uri) external returns (bytes32 versionId);

    /// @notice The model's owner only: changes what later requests pay.
    function setPrice(uint256 modelId, uint96 price) external;

    /// @notice The model's owner only: takes a version out of what can be asked for, for good.
    function retire(bytes32 versionId) external;

    /// @notice What a request of a version needs to know; reverts for an unknown one.
    /// @return programRoot what it computes
    /// @return serial      what a request may remember instead of the id
    /// @return price       wei
    /// @return active      whether enough operators attest that they hold its files
    /// @return retired     whether it cannot be asked for
    function offer(bytes32 versionId)
        external
        view
        returns (bytes32 programRoot, uint40 serial, uint96 price, bool active, bool retired);

    /// @notice The same with the exact byte length of each input: all that a request needs to know, in one call.
    function offerWithInputs(bytes32 versionId)
        external
        view
        returns (bytes32 programRoot, uint40 serial, uint96 price, bool active, bool retired, uint256[] memory inputLengths);

    /// @notice The version with this serial number; zeros for an unknown one.
    function bySerial(uint40 serial) external view returns (bytes32 versionId, bytes32 programRoot);

    /// @notice The shape of that version's program; zeros for an unknown one.
    function shapeOf(uint40 serial) external view returns (Shape memory);

    /// @notice The program of the version with this serial number; zero for an unknown one.
    function programOf(uint40 serial) external view returns (bytes32 programRoot);

    /// @notice What an answer by this version looks like: how many leaves its trace has, and its outputs. Reverts for an unknown one.
    function answerOf(uint40 serial) external view returns (uint256 kernels, OutputSpec[] memory outputs);

    /// @notice How the price of a request is shared now: between the model's owner and its royalty receiver.
    function payees(uint40 serial, uint256 price)
        external
        view
        returns (address owner, uint256 ownerShare, address royaltyReceiver, uint256 royalty);

    /// @notice Everything about a version; reverts for an unknown one.
    function version(bytes32 versionId) external view returns (Version memory);

    /// @notice A model's versions, oldest first; none for an unknown model.
    function versionsOf(uint256 modelId) external view returns (bytes32[] memory);

    /// @notice All models' versions that are this program, oldest first.
    function versionsOfProgram(bytes32 programRoot) external view returns (bytes32[] memory);
}
