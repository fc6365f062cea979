// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";
import {IParameters} from "../interfaces/IParameters.sol";
import {IRewardClaims} from "../interfaces/IRewardClaims.sol";
import {ILiveClock} from "../interfaces/ILiveClock.sol";
import {TAG_SALT} from "../libraries/Tags.sol";
import {AssertionId, RequestId} from "../types/Ids.sol";
import {AssertionStatus, RequestStatus} from "../types/Inference.sol";
import {StoredAssertion} from "./StoredAssertion.sol";
import {StoredRequest} from "./StoredRequest.sol";

/// @title What the oracle remembers
abstract contract OracleStore is IInferenceOracle {
    IModelRegistry public immutable MODELS;
    IOperatorRegistry public immutable OPERATORS;
    IRewardClaims public immutable CLAIMS;
    IParameters public immutable PARAMETERS;
    address public immutable GAME;

    /// @notice Stands still while the chain's sequencer is down; zero where there is none.
    ILiveClock public immutable LIVE_CLOCK;

    mapping(RequestId => StoredRequest) internal _requests;
    mapping(AssertionId => StoredAssertion) internal _assertions;
    mapping(RequestId => mapping(uint256 index => AssertionId)) internal _assertionsOf;
    mapping(address consumer => uint256) internal _nonces;

    constructor(
        IModelRegistry models,
        IOperatorRegistry vault,
        IRewardClaims claims,
        IParameters parameters,
        address game,
        ILiveClock clock
    ) {
        MODELS = models;
        OPERATORS = vault;
        CLAIMS = claims;
        PARAMETERS = parameters;
        GAME = game;
        LIVE_CLOCK = clock;
    }

    /// @inheritdoc IInferenceOracle
    function saltOf(RequestId requestId, address account) public view returns (bytes32) {
        return sha256(abi.encode(TAG_SALT, block.chainid, address(this), requestId, account));
    }

    /// @inheritdoc IInferenceOracle
    function isFinal(AssertionId assertionId) public view returns (bool) {
        return _assertions[assertionId].isFinal(LIVE_CLOCK);
    }

    function _requireOpen(RequestId requestId) internal view returns (StoredRequest storage r) {
        r = _requests[requestId];
        if (r.state.status() != RequestStatus.OPEN) revert InferenceOracle_RequestNotOpen(requestId);
    }

    function _requestIdOf(address consumer, uint256 nonce, bytes32 programRoot, bytes32 inputRoot) internal view returns (RequestId) {
        return RequestId.wrap(keccak256(abi.encode(block.chainid, address(this), consumer, nonce, programRoot, inputRoot)));
    }

    function _idOf(RequestId requestId, address asserter, bytes32 traceRoot, bytes32 outputHash) internal pure returns (AssertionId) {
        return AssertionId.wrap(keccak256(abi.encode(requestId, asserter, traceRoot, outputHash)));
    }

    /// @dev Whether an assertion is an answer to the request, and with these output bytes.
    function _hasOutput(AssertionId assertionId, RequestId requestId, bytes calldata output) internal view returns (bool) {
        StoredAssertion storage a = _assertions[assertionId];
        return _idOf(requestId, a.asserter, a.traceRoot, keccak256(output)) == assertionId;
    }

    function _requireOutput(AssertionId assertionId, RequestId requestId, bytes calldata output) internal view {
        if (!_hasOutput(assertionId, requestId, output)) revert InferenceOracle_WrongOutput(assertionId);
    }

    function _programOf(StoredRequest storage r) internal view returns (bytes32) {
        return MODELS.programOf(r.serial);
    }

    /// @dev Index of the earliest assertion that is not defeated, the count if there is none; looks past at most `most` that are.
    function _firstStanding(RequestId requestId, StoredRequest storage r, uint256 most) internal view returns (uint256 index) {
        uint256 count = r.count;
        index = r.firstIndex();
        for (; most > 0 && index < count && _assertions[_assertionsOf[requestId][index]].status == AssertionStatus.DEFEATED; --most) ++index;
    }
}
