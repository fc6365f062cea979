// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Assertion, AssertionStatus, IInferenceOracle, Request, RequestStatus} from "../interfaces/IInferenceOracle.sol";
import {OutputSpec} from "../interfaces/IModelRegistry.sol";
import {Merkle} from "../libraries/Merkle.sol";
import {TensorTree} from "../libraries/TensorTree.sol";
import {AssertionId, GameId, RequestId} from "../types/Ids.sol";
import {Asking} from "./Asking.sol";

/// @title Assertions: made with a bond, held by games, defeated or released
abstract contract Asserting is Asking {
    /// @dev Of a defeated bond, in basis points: the challenger's reward, and the most that the requester gets. The rest, at least half, is burned.
    uint256 internal constant REWARD_BPS = 2_000;
    uint256 internal constant CONSUMER_BPS = 3_000;
    uint256 internal constant BPS = 10_000;

    /// @dev Seconds by which a late defeat prolongs a request, once.
    uint40 internal constant REOPEN_PERIOD = 1 hours;

    modifier onlyGame() {
        if (msg.sender != GAME) revert InferenceOracle_NotGame(msg.sender);
        _;
    }

    /// @inheritdoc IInferenceOracle
    function assertResult(RequestId requestId, bytes calldata output, bytes32 traceRoot, bytes32[][] calldata proofs)
        external
        returns (AssertionId assertionId)
    {
        Request storage r = _requireOpen(requestId);
        if (block.timestamp > r.terms.deadline) revert InferenceOracle_AfterDeadline(requestId, r.terms.deadline);
        assertionId = _idOf(requestId, msg.sender, traceRoot, output);
        Assertion storage a = _assertions[assertionId];
        if (a.status != AssertionStatus.NONE) revert InferenceOracle_AlreadyAsserted(assertionId);
        _checkOutput(requestId, r.programRoot, output, traceRoot, proofs);
        a.request = requestId;
        a.asserter = msg.sender;
        a.assertedAt = uint40(block.timestamp);
        a.status = AssertionStatus.STANDING;
        a.traceRoot = traceRoot;
        _assertionsOf[requestId].push(assertionId);
        emit AssertionMade(assertionId, requestId, msg.sender, traceRoot, output);
        OPERATORS.lock(msg.sender, r.terms.bond);
    }

    /// @inheritdoc IInferenceOracle
    function release(AssertionId assertionId) external {
        if (!isFinal(assertionId)) revert InferenceOracle_NotFinal(assertionId);
        _release(assertionId);
    }

    /// @inheritdoc IInferenceOracle
    function gameOpened(AssertionId assertionId) external onlyGame {
        Assertion storage a = _assertions[assertionId];
        if (a.status != AssertionStatus.STANDING) revert InferenceOracle_NotStanding(assertionId);
        if (block.timestamp > _livenessEnd(a)) revert InferenceOracle_LivenessOver(assertionId);
        ++a.openGames;
    }

    /// @inheritdoc IInferenceOracle
    function gameClosed(AssertionId assertionId) external onlyGame {
        --_assertions[assertionId].openGames;
    }

    /// @inheritdoc IInferenceOracle
    function defeat(AssertionId assertionId, GameId gameId) external onlyGame {
        Assertion storage a = _assertions[assertionId];
        // INVARIANT: an assertion falls once, and never after it became final: a game that is open keeps it from that.
        if (a.status != AssertionStatus.STANDING) revert InferenceOracle_NotStanding(assertionId);
        a.status = AssertionStatus.DEFEATED;
        Request storage r = _requests[a.request];
        uint256 bond = r.terms.bond;
        emit AssertionDefeated(assertionId, gameId, a.asserter, bond);
        _reopen(a.request, r);
        uint256 reward = bond * REWARD_BPS / BPS;
        uint256 most = bond * CONSUMER_BPS / BPS;
        address[] memory accounts = new address[](2);
        uint256[] memory shares = new uint256[](2);
        (accounts[0], shares[0]) = (address(CLAIMS), reward);
        (accounts[1], shares[1]) = (r.consumer, r.fee < most ? r.fee : most);
        OPERATORS.slash(a.asserter, bond, accounts, shares);
        CLAIMS.reserve(assertionId, reward);
    }

    function _release(AssertionId assertionId) internal {
        Assertion storage a = _assertions[assertionId];
        if (a.status == AssertionStatus.RELEASED) return;
        a.status = AssertionStatus.RELEASED;
        uint256 bond = _requests[a.request].terms.bond;
        emit AssertionReleased(assertionId, a.asserter, bond);
        OPERATORS.release(a.asserter, bond);
    }

    function _idOf(RequestId requestId, address asserter, bytes32 traceRoot, bytes calldata output) internal pure returns (AssertionId) {
        return AssertionId.wrap(keccak256(abi.encode(requestId, asserter, traceRoot, keccak256(output))));
    }

    /// @dev A lie in the last block before the deadline must not leave the consumer without an answer.
    function _reopen(RequestId requestId, Request storage r) private {
        uint256 deadline = block.timestamp + REOPEN_PERIOD;
        if (r.reopened || r.status != RequestStatus.OPEN || r.terms.deadline >= deadline) return;
        r.reopened = true;
        r.terms.deadline = uint40(deadline);
        emit RequestReopened(requestId, deadline);
    }

    /// @dev Each output has its exact length, and its salted tensor root stands at its kernel's leaf of the trace tree.
    function _checkOutput(RequestId requestId, bytes32 programRoot, bytes calldata output, bytes32 traceRoot, bytes32[][] calldata proofs)
        private
        view
    {
        OutputSpec[] memory specs = MODELS.outputSpecs(programRoot);
        if (proofs.length != specs.length) revert InferenceOracle_OutputProofs(specs.length, proofs.length);
        uint256 length = 0;
        for (uint256 i = 0; i < specs.length; ++i) {
            length += specs[i].bytesLength;
        }
        if (output.length != length) revert InferenceOracle_OutputLength(length, output.length);
        uint256 kernels = MODELS.model(programRoot).kernels;
        bytes32 salt = saltOf(requestId, msg.sender);
        uint256 start = 0;
        for (uint256 i = 0; i < specs.length; ++i) {
            uint256 end = start + specs[i].bytesLength;
            bytes32 leaf = Merkle.hashPair(salt, TensorTree.rootOfBytes(output[start:end]));
            if (!Merkle.contains(traceRoot, kernels, specs[i].kernel, leaf, proofs[i])) revert InferenceOracle_OutputNotInTrace(i);
            start = end;
        }
    }
}
