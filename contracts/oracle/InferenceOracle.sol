// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";
import {IParameters} from "../interfaces/IParameters.sol";
import {IRewardClaims} from "../interfaces/IRewardClaims.sol";
import {ILiveClock} from "../interfaces/ILiveClock.sol";
import {LibPayments, Payments} from "../libraries/Payments.sol";
import {AssertionId, RequestId} from "../types/Ids.sol";
import {RequestStatus} from "../types/Inference.sol";
import {OracleStore} from "./OracleStore.sol";
import {LibState, Retraction, State, StoredRequest} from "./StoredRequest.sol";
import {Survivor, Tallying} from "./Tallying.sol";

/// @title Ends requests, with an answer or without one; the whole oracle, see IInferenceOracle
contract InferenceOracle is Tallying {
    /// @dev Besides the operators: the model's owner, its royalty receiver, the caller, the consumer.
    uint256 internal constant OTHER_PAYMENTS = 4;

    constructor(
        IModelRegistry models,
        IOperatorRegistry vault,
        IRewardClaims claims,
        IParameters parameters,
        address game,
        ILiveClock clock
    ) OracleStore(models, vault, claims, parameters, game, clock) {}

    /// @inheritdoc IInferenceOracle
    function settle(RequestId requestId, bytes calldata output) external {
        StoredRequest storage r = _requireOpen(requestId);
        (Survivor[] memory survivors, uint256 most, AssertionId pending) = _tally(requestId, r);
        State state = r.state;
        uint256 wanted = state.redundancy();
        if (most < wanted) {
            // INVARIANT: a request settles with the earliest agreement, and only when nothing can defeat that or bring about an earlier one.
            if (AssertionId.unwrap(pending) != 0) revert InferenceOracle_NotFinal(pending);
            if (most == 0) revert InferenceOracle_NoSurvivor(requestId);
            revert InferenceOracle_TooFewAgree(requestId, wanted, most);
        }
        Survivor[] memory winners = _payees(survivors, survivors[survivors.length - 1].outputHash, wanted);
        Survivor memory first = winners[0];
        _requireOutput(first.id, requestId, output);
        r.state = state.withStatus(RequestStatus.SETTLED);
        r.time = uint40(block.timestamp);
        if (first.index != r.firstIndex()) r.setFirstIndex(first.index);
        emit RequestSettled(requestId, first.id, first.asserter, output);
        (Payments memory payments, uint256 freed) = _operatorsFirst(winners, r.fee / wanted);
        if (wanted > 1) payments.add(first.asserter, r.fee % wanted);
        _addModel(payments, r);
        bool retracts = _addCallbacks(payments, requestId, r, _callbackPrice(r));
        OPERATORS.releaseAndPay(r.bond, freed, payments.accounts, payments.amounts);
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
        emit RequestExpired(requestId, status);
        uint256 share = r.fee / wanted;
        (Payments memory payments, uint256 freed) = _operatorsFirst(paid, share);
        payments.add(r.consumer, r.fee - share * paid.length + r.price + _callbackPrice(r));
        bool retracts = _addCallbacks(payments, requestId, r, 0);
        OPERATORS.releaseAndPay(r.bond, freed, payments.accounts, payments.amounts);
        if (retracts) _retract(requestId, r);
    }

    /// @dev Begins the list of payments with the operators; the bonds of the first `freed` of them are to be freed with it.
    function _operatorsFirst(Survivor[] memory paid, uint256 share) private returns (Payments memory payments, uint256 freed) {
        payments = LibPayments.list(paid.length + OTHER_PAYMENTS);
        for (uint256 i = 0; i < paid.length; ++i) {
            if (_markReleased(paid[i].id)) {
                if (freed != i) (paid[freed], paid[i]) = (paid[i], paid[freed]);
                ++freed;
            }
        }
        for (uint256 i = 0; i < paid.length; ++i) {
            payments.push(paid[i].asserter, share);
        }
    }

    /// @dev Adds what the caller earns by the callbacks that it makes, and what comes back for those that nobody has to make any more.
    /// @return retracts whether the first of these calls is the news that an optimistic answer fell
    function _addCallbacks(Payments memory payments, RequestId requestId, StoredRequest storage r, uint256 earned)
        private
        view
        returns (bool retracts)
    {
        if (r.state.has(LibState.OPTIMISTIC)) {
            uint256 price = _callbackPrice(r);
            if (!r.tellPaid) payments.add(r.consumer, price);
            // A try that failed is paid for already, and repeated: else who made it fail could keep the consumer from ever hearing of the fall.
            retracts = _mustRetract(requestId, r);
            if (r.retraction == Retraction.NONE) payments.add(retracts ? msg.sender : r.consumer, price);
        }
        payments.add(msg.sender, earned);
    }

    function _addModel(Payments memory payments, StoredRequest storage r) private view {
        if (!r.state.has(LibState.EXTRAS) || r.price == 0) return;
        uint256 price = r.price;
        (address owner, uint256 ownerShare, address receiver, uint256 royalty) = MODELS.payees(r.serial, price);
        payments.add(owner, ownerShare);
        payments.add(receiver, royalty);
    }
}
