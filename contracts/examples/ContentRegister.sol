// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {F32} from "../consumer/F32.sol";
import {InferenceConsumer} from "../consumer/InferenceConsumer.sol";
import {Outputs} from "../consumer/Outputs.sol";
import {Tier, Tiers} from "../consumer/Tiers.sol";
import {UserPaidConsumer} from "../consumer/UserPaidConsumer.sol";
import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {IModelRegistry, Version} from "../interfaces/IModelRegistry.sol";
import {AssertionId, RequestId} from "../types/Ids.sol";
import {RequestTerms} from "../types/Inference.sol";
import {Entry, Standing} from "./register/Entry.sol";

/// @title  A register of what a model sees in contents
/// @notice A content is known by the keccak-256 of its bytes. Of each question to a version of one model, a first answer is
///         recorded at once as provisional, withdrawn if it falls, and made final. The final entry of the latest version counts. Nothing is ever
///         removed, so that who relied on an entry can show it.
/// @dev    Wants a model whose answer ends with the probabilities of its classes, `f32`.
contract ContentRegister is UserPaidConsumer {
    using Tiers for Tier;
    using Tiers for RequestTerms;

    uint256 private constant CALLBACK_GAS = 200_000;
    uint256 private constant GAS_PER_CLASS = 1_000;
    uint256 private constant ANSWER_WITHIN = 1 days;

    IModelRegistry public immutable MODELS;
    uint256 public immutable MODEL;
    /// @notice Number of classes, the last outputs of the model.
    uint256 public immutable CLASSES;
    /// @notice Who may take compensation for answers that fell; it has no other right.
    address public immutable TREASURY;

    mapping(bytes32 content => RequestId[]) private _history;
    mapping(RequestId => Entry) private _entries;
    mapping(RequestId => bytes32 content) private _contentOf;
    /// @dev The final one if there is one, else the latest.
    mapping(bytes32 content => mapping(bytes32 versionId => RequestId)) private _entryBy;
    mapping(bytes32 content => RequestId) private _current;

    event ContentSubmitted(bytes32 indexed content, RequestId indexed requestId, bytes32 indexed versionId, address submitter);
    event ContentClassified(
        bytes32 indexed content, RequestId indexed requestId, AssertionId indexed assertion, Standing standing, uint8 label, uint32 probabilityBits
    );
    event ClassificationInvalidated(bytes32 indexed content, RequestId indexed requestId, AssertionId indexed assertion);
    event ClassificationExpired(bytes32 indexed content, RequestId indexed requestId);

    error ContentRegister_BadClasses(uint256 classes);
    error ContentRegister_WrongModel(uint256 modelId);
    error ContentRegister_AlreadyFinal(RequestId requestId);
    error ContentRegister_NotExpected(RequestId requestId);
    error ContentRegister_NotTreasury(address caller);

    constructor(IInferenceOracle oracle, IModelRegistry models, uint256 modelId, uint256 classes, address treasury) InferenceConsumer(oracle) {
        if (classes == 0 || classes > 256) revert ContentRegister_BadClasses(classes);
        (MODELS, MODEL, CLASSES, TREASURY) = (models, modelId, classes, treasury);
    }

    /// @notice Has a content classified by a version of the model, unless that is done. A question that is still open hinders nobody: it may be
    ///         one that nobody will answer.
    /// @param fee wei for the operators; the value pays for everything, change is owed to the caller
    function submit(bytes32 versionId, bytes calldata content, uint256 fee) external payable returns (RequestId requestId) {
        Version memory version = MODELS.version(versionId);
        if (version.modelId != MODEL) revert ContentRegister_WrongModel(version.modelId);
        bytes32 hash = keccak256(content);
        RequestId before = _entryBy[hash][versionId];
        if (_entries[before].standing == Standing.FINAL) revert ContentRegister_AlreadyFinal(before);
        requestId = _askFor(msg.sender, versionId, content, _terms(fee));
        _entryBy[hash][versionId] = requestId;
        _contentOf[requestId] = hash;
        _history[hash].push(requestId);
        Entry storage entry = _entries[requestId];
        (entry.submitter, entry.number, entry.standing) = (msg.sender, version.number, Standing.ASKED);
        (entry.versionId, entry.programRoot, entry.request) = (versionId, version.programRoot, requestId);
        emit ContentSubmitted(hash, requestId, versionId, msg.sender);
    }

    /// @notice Wei to send with a submission.
    function submissionFee(bytes32 versionId, uint256 fee) external view returns (uint256) {
        return ORACLE.estimateFee(versionId, _terms(fee));
    }

    /// @notice What counts: the final entry of the latest version. All zero while there is none.
    function classificationOf(bytes32 content) external view returns (Entry memory) {
        return _entries[_current[content]];
    }

    /// @notice The entry that one version made: the final one, else that of the latest question.
    function entryBy(bytes32 content, bytes32 versionId) external view returns (Entry memory) {
        return _entries[_entryBy[content][versionId]];
    }

    /// @notice All entries of a content, oldest first.
    function historyOf(bytes32 content) external view returns (Entry[] memory entries) {
        RequestId[] storage ids = _history[content];
        entries = new Entry[](ids.length);
        for (uint256 i = 0; i < ids.length; ++i) {
            entries[i] = _entries[ids[i]];
        }
    }

    /// @notice Sends compensation for answers that fell, and callbacks not needed, to where the treasury says.
    function collect(address payable to) external returns (uint256) {
        if (msg.sender != TREASURY) revert ContentRegister_NotTreasury(msg.sender);
        return _takeSurplus(to);
    }

    function _onAssertion(RequestId requestId, AssertionId assertion, bytes32, bytes calldata output) internal override {
        if (_entries[requestId].standing != Standing.ASKED) revert ContentRegister_NotExpected(requestId);
        _record(requestId, assertion, output, Standing.PROVISIONAL);
    }

    function _onInvalidated(RequestId requestId, AssertionId assertion) internal override {
        Entry storage entry = _entries[requestId];
        if (entry.standing != Standing.PROVISIONAL || entry.assertion != assertion) revert ContentRegister_NotExpected(requestId);
        entry.standing = Standing.INVALIDATED;
        entry.recordedAt = uint40(block.timestamp);
        (entry.label, entry.probability) = (0, F32.wrap(0));
        emit ClassificationInvalidated(_contentOf[requestId], requestId, assertion);
    }

    function _onInference(RequestId requestId, bytes32, bytes calldata output) internal override {
        Entry storage entry = _entries[requestId];
        if (!_awaitsFinal(entry.standing)) revert ContentRegister_NotExpected(requestId);
        _record(requestId, ORACLE.request(requestId).settledBy, output, Standing.FINAL);
        bytes32 content = _contentOf[requestId];
        // A slow answer replaces neither that of a later version nor an earlier one of its own.
        if (_entries[_entryBy[content][entry.versionId]].standing != Standing.FINAL) _entryBy[content][entry.versionId] = requestId;
        if (entry.number > _entries[_current[content]].number) _current[content] = requestId;
    }

    function _onExpired(RequestId requestId) internal override {
        _entries[requestId].standing = Standing.EXPIRED;
        emit ClassificationExpired(_contentOf[requestId], requestId);
    }

    function _record(RequestId requestId, AssertionId assertion, bytes calldata output, Standing standing) private {
        Entry storage entry = _entries[requestId];
        if (output.length < 4 * CLASSES) revert Outputs.Outputs_Length(4 * CLASSES, output.length);
        (uint256 label, F32 probability) = Outputs.argmax(output[output.length - 4 * CLASSES:]);
        (entry.standing, entry.label, entry.probability) = (standing, uint8(label), probability);
        (entry.recordedAt, entry.assertion) = (uint40(block.timestamp), assertion);
        entry.asserter = ORACLE.assertion(assertion).asserter;
        emit ContentClassified(_contentOf[requestId], requestId, assertion, standing, uint8(label), probability.bits());
    }

    function _awaitsFinal(Standing standing) private pure returns (bool) {
        return standing == Standing.ASKED || standing == Standing.PROVISIONAL || standing == Standing.INVALIDATED;
    }

    function _terms(uint256 fee) private view returns (RequestTerms memory) {
        return Tiers.standard().ask(ORACLE, ANSWER_WITHIN, fee, CALLBACK_GAS + CLASSES * GAS_PER_CLASS).optimistically();
    }
}
