// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Assertion, AssertionStatus, IInferenceOracle, Request, RequestStatus} from "../interfaces/IInferenceOracle.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";
import {IRewardClaims} from "../interfaces/IRewardClaims.sol";
import {TAG_SALT} from "../libraries/Tags.sol";
import {AssertionId, RequestId} from "../types/Ids.sol";

/// @title What the oracle remembers, and how it is read
abstract contract OracleStore is IInferenceOracle {
    IModelRegistry public immutable MODELS;
    IOperatorRegistry public immutable OPERATORS;
    IRewardClaims public immutable CLAIMS;
    address public immutable GAME;

    mapping(RequestId => Request) internal _requests;
    mapping(AssertionId => Assertion) internal _assertions;
    mapping(RequestId => AssertionId[]) internal _assertionsOf;
    mapping(address consumer => uint256) internal _nonces;

    constructor(IModelRegistry models, IOperatorRegistry vault, IRewardClaims claims, address game) {
        MODELS = models;
        OPERATORS = vault;
        CLAIMS = claims;
        GAME = game;
    }

    /// @inheritdoc IInferenceOracle
    function operators() external view returns (IOperatorRegistry) {
        return OPERATORS;
    }

    /// @inheritdoc IInferenceOracle
    function request(RequestId requestId) external view returns (Request memory) {
        return _requests[requestId];
    }

    /// @inheritdoc IInferenceOracle
    function assertion(AssertionId assertionId) external view returns (Assertion memory) {
        return _assertions[assertionId];
    }

    /// @inheritdoc IInferenceOracle
    function assertionCount(RequestId requestId) external view returns (uint256) {
        return _assertionsOf[requestId].length;
    }

    /// @inheritdoc IInferenceOracle
    function assertionAt(RequestId requestId, uint256 index) external view returns (AssertionId) {
        return _assertionsOf[requestId][index];
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
        return uint256(a.assertedAt) + _requests[a.request].terms.liveness;
    }

    function _requireOpen(RequestId requestId) internal view returns (Request storage r) {
        r = _requests[requestId];
        if (r.status != RequestStatus.OPEN) revert InferenceOracle_RequestNotOpen(requestId);
    }
}
