// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";
import {IParameters} from "../interfaces/IParameters.sol";
import {IRewardClaims} from "../interfaces/IRewardClaims.sol";
import {TAG_SALT} from "../libraries/Tags.sol";
import {AssertionId, RequestId} from "../types/Ids.sol";
import {Assertion, AssertionStatus, RequestStatus} from "../types/Inference.sol";
import {StoredRequest} from "./StoredRequest.sol";

/// @title What the oracle remembers
abstract contract OracleStore is IInferenceOracle {
    IModelRegistry public immutable MODELS;
    IOperatorRegistry public immutable OPERATORS;
    IRewardClaims public immutable CLAIMS;
    IParameters public immutable PARAMETERS;
    address public immutable GAME;

    mapping(RequestId => StoredRequest) internal _requests;
    mapping(AssertionId => Assertion) internal _assertions;
    mapping(RequestId => mapping(uint256 index => AssertionId)) internal _assertionsOf;
    mapping(address consumer => uint256) internal _nonces;

    constructor(IModelRegistry models, IOperatorRegistry vault, IRewardClaims claims, IParameters parameters, address game) {
        MODELS = models;
        OPERATORS = vault;
        CLAIMS = claims;
        PARAMETERS = parameters;
        GAME = game;
    }

    /// @inheritdoc IInferenceOracle
    function saltOf(RequestId requestId, address account) public view returns (bytes32) {
        return sha256(abi.encode(TAG_SALT, block.chainid, address(this), requestId, account));
    }

    /// @inheritdoc IInferenceOracle
    function isFinal(AssertionId assertionId) public view returns (bool) {
        Assertion storage a = _assertions[assertionId];
        return a.status == AssertionStatus.RELEASED
            || (a.status == AssertionStatus.STANDING && a.openGames == 0 && block.timestamp > _livenessEnd(a));
    }

    /// @dev Last second at which a game over the assertion can be opened.
    function _livenessEnd(Assertion storage a) internal view returns (uint256) {
        return uint256(a.assertedAt) + _requests[a.request].liveness;
    }

    function _requireOpen(RequestId requestId) internal view returns (StoredRequest storage r) {
        r = _requests[requestId];
        if (r.state.status() != RequestStatus.OPEN) revert InferenceOracle_RequestNotOpen(requestId);
    }

    function _idOf(RequestId requestId, address asserter, bytes32 traceRoot, bytes32 outputHash) internal pure returns (AssertionId) {
        return AssertionId.wrap(keccak256(abi.encode(requestId, asserter, traceRoot, outputHash)));
    }

    function _hasOutput(AssertionId assertionId, bytes calldata output) internal view returns (bool) {
        Assertion storage a = _assertions[assertionId];
        return _idOf(a.request, a.asserter, a.traceRoot, keccak256(output)) == assertionId;
    }

    function _requireOutput(AssertionId assertionId, bytes calldata output) internal view {
        if (!_hasOutput(assertionId, output)) revert InferenceOracle_WrongOutput(assertionId);
    }

    function _programOf(StoredRequest storage r) internal view returns (bytes32 programRoot) {
        (, programRoot) = MODELS.bySerial(r.serial);
    }

    /// @dev Index of the earliest assertion that is not defeated, the count if there is none; looks past at most `most` that are.
    function _firstStanding(RequestId requestId, StoredRequest storage r, uint256 most) internal view returns (uint256 index) {
        uint256 count = r.count;
        index = r.cursor;
        for (; most > 0 && index < count && _assertions[_assertionsOf[requestId][index]].status == AssertionStatus.DEFEATED; --most) ++index;
    }
}
