// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {Bonds} from "../libraries/Bonds.sol";
import {AssertionId, GameId, RequestId} from "../types/Ids.sol";
import {AssertionStatus, Evidence, RequestStatus} from "../types/Inference.sol";
import {Asserting} from "./Asserting.sol";
import {StoredAssertion} from "./StoredAssertion.sol";
import {LibState, StoredRequest} from "./StoredRequest.sol";

/// @title What games do to assertions: hold them, let them go, defeat them; and what is written down before
abstract contract Judging is Asserting {
    /// @dev Seconds by which a late defeat prolongs a request, once.
    uint40 internal constant REOPEN_PERIOD = 1 hours;

    modifier onlyGame() {
        if (msg.sender != GAME) revert InferenceOracle_NotGame(msg.sender);
        _;
    }

    /// @inheritdoc IInferenceOracle
    function prepare(AssertionId assertionId, Evidence calldata evidence) external {
        StoredAssertion storage a = _assertions[assertionId];
        StoredRequest storage r = _requests[evidence.request];
        if (a.status == AssertionStatus.NONE) revert InferenceOracle_NotStanding(assertionId);
        // INVARIANT: both ids are hashes of what is recorded here, so that nobody can record anything else.
        if (
            _idOf(evidence.request, a.asserter, a.traceRoot, evidence.outputHash) != assertionId
                || _requestIdOf(r.consumer, evidence.nonce, _programOf(r), evidence.inputRoot) != evidence.request
        ) revert InferenceOracle_WrongEvidence(assertionId);
        (a.request, r.inputRoot) = (evidence.request, evidence.inputRoot);
        emit AssertionPrepared(assertionId, evidence.request);
    }

    /// @inheritdoc IInferenceOracle
    function gameOpened(AssertionId assertionId) external onlyGame returns (uint96 delayPrice) {
        StoredAssertion storage a = _assertions[assertionId];
        if (a.status != AssertionStatus.STANDING) revert InferenceOracle_NotStanding(assertionId);
        if (RequestId.unwrap(a.request) == 0) revert InferenceOracle_NotPrepared(assertionId);
        if (a.livenessOver(LIVE_CLOCK)) revert InferenceOracle_LivenessOver(assertionId);
        ++a.openGames;
        return _requests[a.request].delayPrice;
    }

    /// @inheritdoc IInferenceOracle
    function gameClosed(AssertionId assertionId) external onlyGame returns (address asserter, address consumer, uint96 delayPrice) {
        StoredAssertion storage a = _assertions[assertionId];
        --a.openGames;
        StoredRequest storage r = _requests[a.request];
        return (a.asserter, r.consumer, r.delayPrice);
    }

    /// @inheritdoc IInferenceOracle
    function defeat(AssertionId assertionId, GameId gameId, uint256 gasFigure) external onlyGame returns (uint256 reward) {
        StoredAssertion storage a = _assertions[assertionId];
        // INVARIANT: an assertion falls once, and never after it became final: a game that is open keeps it from that.
        if (a.status != AssertionStatus.STANDING) revert InferenceOracle_NotStanding(assertionId);
        a.status = AssertionStatus.DEFEATED;
        StoredRequest storage r = _requests[a.request];
        uint256 bond = r.bond;
        emit AssertionDefeated(assertionId, gameId, a.asserter, bond);
        _reopen(a.request, r);
        address[] memory accounts = new address[](2);
        uint256[] memory shares = new uint256[](2);
        (accounts[0], accounts[1]) = (address(CLAIMS), r.consumer);
        (shares[0], shares[1]) = Bonds.split(bond, gasFigure, r.fee);
        OPERATORS.slash(a.asserter, bond, accounts, shares);
        return shares[0];
    }

    /// @inheritdoc IInferenceOracle
    function skipDefeated(RequestId requestId, uint256 most) external {
        StoredRequest storage r = _requireOpen(requestId);
        uint256 index = _firstStanding(requestId, r, most);
        if (index > r.firstIndex()) r.setFirstIndex(index);
    }

    /// @dev A lie in the last block before the deadline must not leave the consumer without an answer.
    function _reopen(RequestId requestId, StoredRequest storage r) private {
        uint256 deadline = block.timestamp + REOPEN_PERIOD;
        if (r.state.has(LibState.REOPENED) || r.state.status() != RequestStatus.OPEN || r.time >= deadline) return;
        r.state = r.state.with(LibState.REOPENED);
        r.time = uint40(deadline);
        emit RequestReopened(requestId, deadline);
    }
}
