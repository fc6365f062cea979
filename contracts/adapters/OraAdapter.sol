// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {InferenceConsumer} from "../consumer/InferenceConsumer.sol";
import {Tier, Tiers} from "../consumer/Tiers.sol";
import {UserPaidConsumer} from "../consumer/UserPaidConsumer.sol";
import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {IModelRegistry, OutputSpec} from "../interfaces/IModelRegistry.sol";
import {Callback} from "../libraries/Callback.sol";
import {RequestId} from "../types/Ids.sol";
import {RequestStatus, RequestTerms} from "../types/Inference.sol";
import {IAIOracle, IAIOracleCallback} from "./IAIOracle.sol";

/// @title  Serves contracts written for ORA's AI oracle
/// @notice A model id is a version id as a number, so a request still pins one program. All requests have the terms that the adapter was deployed
///         with. The callback comes once, at finality, and is therefore never corrected; if it fails, anybody may have it retried by the oracle.
contract OraAdapter is IAIOracle, UserPaidConsumer {
    using Tiers for Tier;

    /// @dev Answers up to this length can be read here later.
    uint256 public constant KEPT_BYTES = 256;
    /// @dev For the adapter's own work around the consumer's callback: reading the longest callback data, keeping a word, logging a byte.
    uint256 private constant BASE_GAS = 120_000;
    uint256 private constant GAS_PER_WORD = 22_500;
    uint256 private constant GAS_PER_BYTE = 16;
    /// @dev Callback data is read word by word, at some 2,100 gas each.
    uint256 private constant MAX_CALLBACK_DATA = 1024;

    struct Job {
        address account;
        address callbackContract;
        uint64 gasLimit;
        bytes callbackData;
    }

    IModelRegistry public immutable MODELS;
    uint256 public immutable FEE;
    uint256 public immutable ANSWER_WITHIN;
    uint32 private immutable LIVENESS;
    uint96 private immutable BOND;
    uint8 private immutable REDUNDANCY;

    mapping(uint256 requestId => Job) private _jobs;
    mapping(uint256 requestId => bytes) private _answers;

    error OraAdapter_UnknownRequest(uint256 requestId);
    error OraAdapter_NotKept(uint256 requestId);
    error OraAdapter_CallbackDataTooLong(uint256 length);
    error OraAdapter_GasTooLow(uint256 needed, uint256 given);
    error OraAdapter_CallbackFailed(bytes reason);

    /// @param fee          wei for the operators, each request
    /// @param answerWithin seconds in which answers are taken
    constructor(IInferenceOracle oracle, IModelRegistry models, Tier memory tier, uint256 fee, uint256 answerWithin)
        InferenceConsumer(oracle)
    {
        (MODELS, FEE, ANSWER_WITHIN) = (models, fee, answerWithin);
        (LIVENESS, BOND, REDUNDANCY) = (tier.liveness, tier.bond, tier.redundancy);
    }

    /// @inheritdoc IAIOracle
    function requestCallback(
        uint256 modelId, bytes memory input, address callbackContract, uint64 gasLimit, bytes memory callbackData
    ) external payable returns (uint256 requestId) {
        if (callbackData.length > MAX_CALLBACK_DATA) revert OraAdapter_CallbackDataTooLong(callbackData.length);
        requestId = uint256(RequestId.unwrap(_askFor(msg.sender, bytes32(modelId), input, _terms(modelId, gasLimit))));
        _jobs[requestId] = Job(msg.sender, callbackContract, gasLimit, callbackData);
        emit AICallbackRequest(msg.sender, requestId, modelId, input, callbackContract, gasLimit, callbackData);
    }

    /// @inheritdoc IAIOracle
    function estimateFee(uint256 modelId, uint256 gasLimit) external view returns (uint256) {
        return ORACLE.estimateFee(bytes32(modelId), _terms(modelId, gasLimit));
    }

    /// @inheritdoc IAIOracle
    function isFinalized(uint256 requestId) external view returns (bool) {
        return _jobs[requestId].account != address(0) && ORACLE.request(_id(requestId)).status == RequestStatus.SETTLED;
    }

    /// @notice The final answer, if it is short enough to have been kept.
    function getAIResult(uint256 requestId) external view returns (bytes memory) {
        if (_jobs[requestId].account == address(0)) revert OraAdapter_UnknownRequest(requestId);
        if (_answers[requestId].length == 0) revert OraAdapter_NotKept(requestId);
        return _answers[requestId];
    }

    /// @dev A failure of the consumer reverts, so that the oracle reports it and keeps the answer for another try.
    function _onInference(RequestId id, bytes32, bytes calldata output) internal override {
        uint256 requestId = uint256(RequestId.unwrap(id));
        Job memory job = _jobs[requestId];
        if (job.account == address(0)) revert OraAdapter_UnknownRequest(requestId);
        if (output.length <= KEPT_BYTES) _answers[requestId] = output;
        emit AICallbackResult(job.account, requestId, msg.sender, output);
        if (job.callbackContract == address(0)) return;
        uint256 needed = Callback.needed(job.gasLimit, 5_000);
        if (gasleft() < needed) revert OraAdapter_GasTooLow(needed, gasleft());
        bytes memory data = abi.encodeCall(IAIOracleCallback.aiOracleCallback, (requestId, output, job.callbackData));
        (bool ok, bytes memory reason) = Callback.tryCall(job.callbackContract, job.gasLimit, data);
        if (!ok) revert OraAdapter_CallbackFailed(reason);
    }

    function _onExpired(RequestId) internal override {}

    function _terms(uint256 modelId, uint256 gasLimit) private view returns (RequestTerms memory) {
        Tier memory tier = Tier({liveness: LIVENESS, bond: BOND, delayPrice: 0, redundancy: REDUNDANCY});
        return tier.ask(ORACLE, ANSWER_WITHIN, FEE, Callback.needed(gasLimit, _ownGas(modelId)));
    }

    /// @dev A long answer takes more, and must not fail for that.
    function _ownGas(uint256 modelId) private view returns (uint256 gas) {
        OutputSpec[] memory specs = MODELS.outputSpecs(MODELS.version(bytes32(modelId)).programRoot);
        uint256 length = 0;
        for (uint256 i = 0; i < specs.length; ++i) {
            length += specs[i].bytesLength;
        }
        gas = BASE_GAS + length * GAS_PER_BYTE;
        if (length <= KEPT_BYTES) gas += (1 + (length + 31) / 32) * GAS_PER_WORD;
    }

    function _id(uint256 requestId) private pure returns (RequestId) {
        return RequestId.wrap(bytes32(requestId));
    }
}
