// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";
import {IParameters} from "../interfaces/IParameters.sol";
import {IRewardClaims} from "../interfaces/IRewardClaims.sol";
import {AssertionId, RequestId} from "../types/Ids.sol";
import {RequestStatus} from "../types/Inference.sol";
import {OracleStore} from "./OracleStore.sol";
import {LibState, Retraction, StoredRequest} from "./StoredRequest.sol";
import {Survivor, Tallying} from "./Tallying.sol";

/// @title Ends requests, with an answer or without one; the whole oracle, see IInferenceOracle
contract InferenceOracle is Tallying {
    constructor(IModelRegistry models, IOperatorRegistry vault, IRewardClaims claims, IParameters parameters, address game)
        OracleStore(models, vault, claims, parameters, game)
    {}

    /// @inheritdoc IInferenceOracle
    function settle(RequestId requestId, bytes calldata output) external {
        StoredRequest storage r = _requireOpen(requestId);
        (Survivor[] memory survivors, uint256 most, AssertionId pending) = _tally(requestId, r);
        uint256 wanted = r.state.redundancy();
        if (most < wanted) {
            // INVARIANT: a request settles with the earliest agreement, and only when nothing can defeat that or bring about an earlier one.
            if (AssertionId.unwrap(pending) != 0) revert InferenceOracle_NotFinal(pending);
            if (most == 0) revert InferenceOracle_NoSurvivor(requestId);
            revert InferenceOracle_TooFewAgree(requestId, wanted, most);
        }
        Survivor[] memory winners = _payees(survivors, survivors[survivors.length - 1].outputHash, wanted);
        Survivor memory first = winners[0];
        _requireOutput(first.id, output);
        r.state = r.state.withStatus(RequestStatus.SETTLED);
        r.time = uint40(block.timestamp);
        if (first.index != r.cursor) r.cursor = uint16(first.index);
        emit RequestSettled(requestId, first.id, first.asserter, output);
        for (uint256 i = 0; i < wanted; ++i) {
            _release(winners[i].id);
        }
        uint256 share = r.fee / wanted;
        _pay(first.asserter, r.fee - share * (wanted - 1));
        for (uint256 i = 1; i < wanted; ++i) {
            _pay(winners[i].asserter, share);
        }
        _payModel(r);
        bool retracts = _closeCallbacks(requestId, r, 0, _callbackPrice(r));
        if (retracts) _retract(requestId, r);
        _deliver(requestId, r, output);
    }

    /// @inheritdoc IInferenceOracle
    function expire(RequestId requestId) external {
        StoredRequest storage r = _requireOpen(requestId);
        if (block.timestamp <= r.time) revert InferenceOracle_BeforeDeadline(requestId, r.time);
        (Survivor[] memory survivors, uint256 most, AssertionId pending) = _tally(requestId, r);
        uint256 wanted = r.state.redundancy();
        if (AssertionId.unwrap(pending) != 0) revert InferenceOracle_AssertionPending(pending);
        if (most == wanted) revert InferenceOracle_AssertionPending(survivors[survivors.length - 1].id);
        Survivor[] memory paid = _payees(survivors, 0, wanted);
        RequestStatus status = paid.length == 0 ? RequestStatus.EXPIRED : RequestStatus.EXPIRED_PARTIAL;
        r.state = r.state.withStatus(status);
        uint256 share = r.fee / wanted;
        for (uint256 i = 0; i < paid.length; ++i) {
            _pay(paid[i].asserter, share);
        }
        uint256 refund = uint256(r.price) + r.fee - share * paid.length + _callbackPrice(r);
        if (_closeCallbacks(requestId, r, refund, 0)) _retract(requestId, r);
    }

    /// @dev Pays the caller for the callbacks that it makes and the consumer for those that nobody has to make any more.
    /// @return retracts whether the first of these calls is the news that an optimistic answer fell
    function _closeCallbacks(RequestId requestId, StoredRequest storage r, uint256 refund, uint256 earned) private returns (bool retracts) {
        if (r.state.has(LibState.OPTIMISTIC)) {
            uint256 price = _callbackPrice(r);
            if (!r.tellPaid) refund += price;
            if (r.retraction == Retraction.NONE) {
                retracts = _mustRetract(requestId, r);
                if (retracts) earned += price;
                else refund += price;
            }
        }
        RequestStatus status = r.state.status();
        if (status != RequestStatus.SETTLED) emit RequestExpired(requestId, status, refund);
        _pay(r.consumer, refund);
        _pay(msg.sender, earned);
    }

    function _payModel(StoredRequest storage r) private {
        uint256 price = r.price;
        if (price == 0) return;
        (address owner, uint256 ownerShare, address receiver, uint256 royalty) = MODELS.payees(r.serial, price);
        _pay(owner, ownerShare);
        _pay(receiver, royalty);
    }

    function _pay(address account, uint256 amount) private {
        if (amount > 0) OPERATORS.transferPayout(account, amount);
    }
}
